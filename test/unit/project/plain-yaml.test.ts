import { describe, expect, it } from 'vitest';
import { readPlainYaml } from '../../../src/project/plain-yaml.js';

it('reads what element files are made of', () => {
  const text = `# a contact
name: Create contact   # as in the app
type: api-request
inputSchema:
  type: object
  required: [email, 'last name']
  properties:
    email: { type: string, description: "Where it goes" }
    amount:

      type: number
config:
  steps:
  - $var: $.input.email
  -   key: x
      on: true
  - -1.5
  -
    - 2024-01-01
  url: https://example.com/#top
  version: 1.0.2
  nothing:
  none: ~
  code: |
    if (a) {
      b: c # no comment
    }

  text: >-
    goes on
    here
200: done
`;
  expect(readPlainYaml(text)).toEqual({
    name: 'Create contact',
    type: 'api-request',
    inputSchema: {
      type: 'object',
      required: ['email', 'last name'],
      properties: {
        email: { type: 'string', description: 'Where it goes' },
        amount: { type: 'number' },
      },
    },
    config: {
      steps: [{ $var: '$.input.email' }, { key: 'x', on: true }, -1.5, ['2024-01-01']],
      url: 'https://example.com/#top',
      version: '1.0.2',
      nothing: null,
      none: null,
      code: 'if (a) {\n  b: c # no comment\n}\n',
      text: 'goes on here',
    },
    '200': 'done',
  });
});

describe('leaves to the library', () => {
  it.each([
    ['anchors and aliases', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !!str 1\n'],
    ['documents and directives', '---\na: 1\n'],
    ['tabs', 'a:\n\tb: 1\n'],
    ['line breaks of Windows', 'a: 1\r\nb: 2\r\n'],
    ['texts over several lines', 'a: one\n  two\n'],
    ['quotes over several lines', 'a: "one\n  two"\n'],
    ['escapes', 'a: "one\\ntwo"\n'],
    ['brackets over several lines', 'a: [\n  1\n]\n'],
    ['numbers of odd forms', 'a: 0x1F\n'],
    ['integers that a double would round', 'a: 9007199254740993\n'],
    ['merge keys', 'a:\n  <<: { b: 1 }\n'],
    ['a key that is given twice', 'a: 1\na: 2\n'],
    ['__proto__', '__proto__: { a: 1 }\n'],
    ['keys that are no texts', 'null: 1\n'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['a value where a key is expected', 'a: 1\nb\n'],
    ['what holds no object', '- a\n'],
    ['an empty file', ''],
  ])('%s', (_, text) => {
    expect(readPlainYaml(text)).toBe(undefined);
  });
});
