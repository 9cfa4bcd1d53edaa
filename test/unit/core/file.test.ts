import { describe, expect, it } from 'vitest';
import {
  fileIdOf,
  fileReference,
  fileReferenceIn,
  plainFileName,
  plainFileType,
} from '../../../src/core/file.js';

const id = '0123456789abcdefghijklmnop';

describe('a reference', () => {
  it('names one id', () => {
    expect([fileReference(id), fileIdOf(`membrane-file:${id}`)]).toEqual([`membrane-file:${id}`, id]);
  });

  it.each([
    '',
    id,
    'membrane-file:',
    `membrane-file:${id}x`,
    `membrane-file:${id.toUpperCase()}`,
    `MEMBRANE-FILE:${id}`,
    ` membrane-file:${id}`,
    `membrane-file:${id}\n`,
    'membrane-file:../../../../../etc/passwd0',
    'membrane-file:..%2f..%2f..%2f..%2fetc%2fp',
  ])('is not %j', (text) => {
    expect(fileIdOf(text)).toBe(undefined);
  });

  it('stands alone, or in what a download gave', () => {
    const reference = `membrane-file:${id}`;
    const values = [
      reference,
      { file: reference, name: 'a' },
      { file: 'a' },
      [reference],
      {},
      null,
      undefined,
      7,
    ];
    expect(values.map(fileReferenceIn)).toEqual([
      reference,
      reference,
      ...Array.from({ length: 6 }, () => undefined),
    ]);
  });
});

describe('a name from outside', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Räksmörgås 1.pdf', 'Räksmörgås 1.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\a.txt', 'a.txt'],
    ['/etc/', 'file'],
    ['..', 'file'],
    ['', 'file'],
    [' \u0000a\r\nb\u007f ', 'ab'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\u2028b', 'ab'],
    ['😀'.repeat(300), '😀'.repeat(200)],
  ])('%j becomes %j', (given, expected) => {
    expect(plainFileName(given)).toBe(expected);
  });
});

describe('a type from outside', () => {
  it.each([
    ['application/pdf', 'application/pdf'],
    [' text/csv; charset=utf-8 ', 'text/csv; charset=utf-8'],
    ['application/vnd.api+json', 'application/vnd.api+json'],
    ['text', 'application/octet-stream'],
    ['text/plain\r\nx-a: b', 'application/octet-stream'],
    ['text/plain; a="ü"', 'application/octet-stream'],
    [`text/plain; a=${'b'.repeat(200)}`, 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
  ])('%j becomes %j', (given, expected) => {
    expect(plainFileType(given)).toBe(expected);
  });
});
