import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonFault } from '../../../src/cli/json-fault.js';

it.each([
  ['', 0, 'it is empty'],
  [' \n ', 3, 'it is empty'],
  ['abc', 0, 'expected a value'],
  ['01', 0, 'expected a value'],
  ['1 2', 2, 'expected nothing more'],
  ['{name: 1}', 1, 'expected a name in double quotes'],
  ["{'name': 1}", 1, 'expected a name in double quotes'],
  ['{"a": 1,}', 8, 'expected a name in double quotes'],
  ['{"a" 1}', 5, 'expected ":"'],
  ['{"a": 1 "b": 2}', 8, 'expected "," or "}"'],
  ['[1 2]', 3, 'expected "," or "]"'],
  ['[1, ]', 4, 'expected a value'],
  ['{"a": [{"b": nul}]}', 13, 'expected a value'],
  ['{"a"', 4, 'it ends too early'],
  ['[[1], ', 6, 'it ends too early'],
  ['{"a": "x', 6, 'a text that does not end, or holds a bad escape'],
  ['"\\x"', 0, 'a text that does not end, or holds a bad escape'],
])('%j', (text, offset, reason) => {
  expect(jsonFault(text)).toEqual({ offset, reason });
});

it('comes to an end in every text that is no JSON', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'null', ' ', '"', '\\', 'x', '-');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      fc.pre(!isJson(text));
      expect(jsonFault(text).offset).toBeLessThanOrEqual(text.length);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
