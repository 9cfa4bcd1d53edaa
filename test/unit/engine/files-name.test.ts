import { expect, it } from 'vitest';
import { nameOfDownload } from '../../../src/engine/files-name.js';

// names as in the examples of RFC 6266 and RFC 8187
it.each([
  ['Attachment; filename=example.html', 'example.html'],
  ['INLINE; FILENAME= "an example.html"', 'an example.html'],
  ["attachment; filename*= UTF-8''%e2%82%ac%20rates", '€ rates'],
  ['attachment; filename="EURO rates"; filename*=utf-8\'\'%e2%82%ac%20rates', '€ rates'],
  ["attachment; filename*=iso-8859-1'en'%A3%20rates", '£ rates'],
  ["attachment; filename=a.txt; filename*=UTF-8''%ff%fe", 'a.txt'],
  ["attachment; filename=a.txt; filename*=x-unknown''a%20b", 'a.txt'],
  ['attachment; filename="a \\"b\\" \\\\ c.txt"', 'a "b" \\ c.txt'],
  [`attachment; filename="${Buffer.from('Räks.pdf').toString('latin1')}"`, 'Räks.pdf'],
  ['attachment; filename="R\u00e4ks.pdf"', 'Räks.pdf'],
  ['attachment; filename=""', ''],
  ['attachment', 'a b.pdf'],
  ['filename=x', 'a b.pdf'],
  [undefined, 'a b.pdf'],
])('%j names %j', (disposition, name) => {
  expect(nameOfDownload(disposition, new URL('https://example.com/files/a%20b.pdf?x=/y'))).toBe(name);
});

it.each([
  ['https://example.com/', 'file'],
  ['https://example.com/files/', 'file'],
  ['https://example.com/%zz', '%zz'],
])('the end of %s is %j', (url, name) => {
  expect(nameOfDownload(undefined, new URL(url))).toBe(name);
});
