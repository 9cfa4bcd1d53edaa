import { expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { formatPath } from '../../../src/core/json.js';
import type { JsonSchema } from '../../../src/core/schema.js';

const schemas = createSchemas();

function faults(schema: unknown, keys?: Record<string, JsonSchema>): string[] {
  const resolve = keys === undefined ? {} : { resolve: (key: string) => keys[key] };
  return schemas.check(schema as JsonSchema, resolve).map(({ code, path, target, message, help }) => {
    expect(code).toBe('schema/invalid');
    const place = `${formatPath(path)}${target === 'key' ? ' (key)' : ''}`;
    return [place, message, ...(help === undefined ? [] : [help])].join(' | ');
  });
}

const types = '"array", "boolean", "integer", "null", "number", "object", "string"';

it.each<[string, unknown, string[]]>([
  ['a good one', { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: true } }, []],
  [
    'our keywords',
    { referenceRecords: [{ id: 1, name: 'One' }], allowCustom: true, isSensitive: true, readOnly: true },
    [],
  ],
  ['a wrong type', { type: 'strng' }, [`type | "type" is not one of ${types} | did you mean "string"?`]],
  [
    'a wrong type in a list',
    { type: ['string', 'nul'] },
    [`type[1] | "type[1]" is not one of ${types} | did you mean "null"?`],
  ],
  ['no schema', [], ['the schema must be an object or a boolean, not a list'].map((text) => ` | ${text}`)],
  [
    'a property that is none',
    { properties: { a: 5 } },
    ['properties.a | "a" must be an object or a boolean, not a number'],
  ],
  [
    'a misspelt keyword',
    { requried: ['a'], properties: { b: { maxlength: 3 } } },
    [
      'requried (key) | unknown keyword "requried" | did you mean "required"?',
      'properties.b.maxlength (key) | unknown keyword "maxlength" | did you mean "maxLength"?',
    ],
  ],
  ['keywords of others', { order: 1, 'x-label': 'a', example: 1, nullable: true }, []],
  [
    'required as in draft 3',
    { properties: { a: { required: true } } },
    ['properties.a.required | "required" must be a list, not a boolean'],
  ],
  [
    'a misspelt flag of ours',
    { isSensitiv: true },
    ['isSensitiv (key) | unknown keyword "isSensitiv" | did you mean "isSensitive"?'],
  ],
  ['records without ids', { referenceRecords: [{ name: 'x' }] }, ['referenceRecords[0] | "id" is missing']],
  [
    'items as a list',
    { items: [true] },
    [
      'items | "items" must be an object or a boolean, not a list | a list of schemas is called "prefixItems" since draft 2020-12',
    ],
  ],
  ['items as a list in draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', items: [true] }, []],
  [
    'an unknown draft',
    { $schema: 'http://json-schema.org/draft-03/schema#' },
    [
      '$schema | "http://json-schema.org/draft-03/schema#" is no draft of JSON Schema that is known here | leave it out for 2020-12, or give "http://json-schema.org/draft-07/schema#"',
    ],
  ],
  [
    'a broken pattern',
    { properties: { a: { pattern: '(' } } },
    ['properties.a.pattern | "(" is no regular expression: unterminated group'],
  ],
  [
    'a broken name pattern',
    { patternProperties: { '[': true } },
    ['patternProperties.\\[ (key) | "[" is no regular expression: lone quantifier brackets'].map((text) =>
      text.replace('lone quantifier brackets', 'unterminated character class'),
    ),
  ],
  ['a pattern that is none only in Unicode mode', { pattern: '^\\_$' }, []],
  [
    'a broken pointer',
    { $ref: '#/$defs/contat', $defs: { contact: {} } },
    ['$ref | nothing stands at "#/$defs/contat" | did you mean "#/$defs/contact"?'],
  ],
  [
    'a broken pointer that nothing uses',
    { $defs: { a: { items: { $ref: '#/nowhere' } } } },
    ['$defs.a.items.$ref | nothing stands at "#/nowhere"'],
  ],
  [
    'the same id twice',
    { $defs: { a: { $id: 'x' }, b: { $id: 'x' } } },
    ['$defs.b.$id | another schema has the "$id" "x" too'],
  ],
  [
    'formulas',
    { type: { $var: 'a' }, required: ['a', { $var: '$.b' }], properties: { a: { $case: { cases: [] } } } },
    [],
  ],
  [
    'a property with the name of no formula',
    { properties: { $top: { typ: 1 } } },
    ['properties.$top.typ (key) | unknown keyword "typ" | did you mean "type"?'],
  ],
])('checks %s', (_, schema, expected) => {
  expect(faults(schema)).toEqual(expected);
});

it('looks for data schemas only where they are given', () => {
  expect(faults({ $ref: 'schemas/contact' })).toEqual([]);
  expect(faults({ $ref: 'schemas/contact' }, { contact: { $ref: 'contact' } })).toEqual([]);
  expect(faults({ $ref: 'schemas/contact' }, { contact: { $ref: 'company' } })).toEqual([
    ' | no data schema "company", which a schema it refers to needs',
  ]);
  expect(faults({ items: { $ref: 'contcts' } }, {})).toEqual(['items.$ref | no data schema "contcts"']);
});
