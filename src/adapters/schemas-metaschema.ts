import type { JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';

const schema = { $ref: '#' };
const schemaList = { type: 'array', minItems: 1, items: schema };
const schemaMap = { type: 'object', additionalProperties: schema };
const count = { type: 'integer', minimum: 0 };
const text = { type: 'string' };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const names = { type: 'array', items: text, uniqueItems: true };
const simpleType = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };

const keywords: JsonObject = {
  $schema: text,
  $id: text,
  $anchor: { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' },
  $ref: text,
  $dynamicRef: text,
  $dynamicAnchor: { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' },
  $recursiveRef: text,
  $recursiveAnchor: flag,
  $vocabulary: { type: 'object', additionalProperties: flag },
  $comment: text,
  $defs: schemaMap,
  definitions: schemaMap,
  type: { anyOf: [simpleType, { type: 'array', items: simpleType, minItems: 1, uniqueItems: true }] },
  const: true,
  enum: { type: 'array' },
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  maximum: number,
  exclusiveMaximum: number,
  minimum: number,
  exclusiveMinimum: number,
  maxLength: count,
  minLength: count,
  pattern: text,
  format: text,
  prefixItems: schemaList,
  items: schema,
  contains: schema,
  maxItems: count,
  minItems: count,
  uniqueItems: flag,
  maxContains: count,
  minContains: count,
  unevaluatedItems: schema,
  properties: schemaMap,
  patternProperties: schemaMap,
  additionalProperties: schema,
  propertyNames: schema,
  maxProperties: count,
  minProperties: count,
  required: names,
  dependencies: { type: 'object', additionalProperties: { anyOf: [schema, names] } },
  dependentRequired: { type: 'object', additionalProperties: names },
  dependentSchemas: schemaMap,
  unevaluatedProperties: schema,
  allOf: schemaList,
  anyOf: schemaList,
  oneOf: schemaList,
  not: schema,
  if: schema,
  then: schema,
  else: schema,
  contentEncoding: text,
  contentMediaType: text,
  contentSchema: schema,
  title: text,
  description: text,
  default: true,
  examples: { type: 'array' },
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  referenceRecords: {
    type: 'array',
    items: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: ['string', 'number', 'boolean'] }, name: text },
    },
  },
  allowCustom: flag,
  referenceCollection: { type: 'object', properties: { key: text, parameters: { type: 'object' } } },
  referenceUdm: text,
  isSensitive: flag,
  isRichText: flag,
  isImplied: flag,
};

/** Keywords of other drafts and of OpenAPI that are common in the wild and mean nothing here. */
const tolerated = ['id', 'additionalItems', 'example', 'nullable', 'discriminator', 'externalDocs', 'xml'];

/** Names that a schema may use without being asked whether it meant another one. */
export const knownKeywords: readonly string[] = [...Object.keys(keywords), ...tolerated];

const older: JsonObject = {
  ...keywords,
  items: { anyOf: [schema, { type: 'array', items: schema }] },
  additionalItems: schema,
};
const versions: Readonly<Record<'draft-04' | 'draft-07' | '2020-12', JsonSchema>> = {
  '2020-12': { type: ['object', 'boolean'], properties: keywords },
  'draft-07': { type: ['object', 'boolean'], properties: older },
  'draft-04': {
    type: ['object', 'boolean'],
    properties: {
      ...older,
      id: text,
      enum: { type: 'array', minItems: 1 },
      exclusiveMinimum: { type: ['boolean', 'number'] },
      exclusiveMaximum: { type: ['boolean', 'number'] },
    },
  },
};

/** The schema of schemas of a draft, with our keywords. Always the same object for the same draft. */
export function metaschema(dialect: keyof typeof versions): JsonSchema {
  return versions[dialect];
}
