import type { Json, JsonObject } from '../core/json.js';

const one: JsonObject = { $ref: '#/$defs/data-schema' };
const each: JsonObject = { type: 'object', additionalProperties: one };
const many: JsonObject = { type: ['array', 'object'], items: one };
const count: JsonObject = { type: ['integer', 'object'], minimum: 0 };
const types: Json = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** A keyword. Each may have an object in its place: a formula that gives its value. */
function word(description: string, schema: JsonObject = {}): JsonObject {
  return { description, ...schema };
}

/** What an editor is told of a data schema: the keywords, for completion. Whether it is right, `validate` says. */
export const dataSchemaDefinition: JsonObject = {
  type: ['object', 'boolean'],
  properties: {
    type: word('What the value is.', {
      anyOf: [{ enum: types }, { type: 'array', items: { enum: types } }, { type: 'object' }],
    }),
    title: word('What people read.'),
    description: word('What it is for.'),
    properties: word('The fields of an object, by name.', each),
    required: word('Which of the fields there must be.', {
      type: ['array', 'object'],
      items: { type: 'string' },
    }),
    additionalProperties: word('Other fields: none (false), or what each must be.', { allOf: [one] }),
    patternProperties: word('Fields by a pattern of their name.', each),
    items: word('What each item of a list must be.', { anyOf: [one, many] }),
    prefixItems: word('What the first items of a list must be.', many),
    minItems: word('How many items at least.', count),
    maxItems: word('How many items at most.', count),
    uniqueItems: word('Whether no item may be there twice.'),
    enum: word('The values that are allowed.'),
    const: word('The only value that is allowed.'),
    default: word('Filled in where the field is missing.'),
    examples: word('Examples of values.'),
    format: word('What a text holds: date-time, date, email, uri, uuid, …'),
    pattern: word('A regular expression that a text must match.'),
    minLength: word('How many characters at least.', count),
    maxLength: word('How many characters at most.', count),
    minimum: word('The smallest number.'),
    maximum: word('The largest number.'),
    allOf: word('All of these must hold.', many),
    anyOf: word('One of these must hold.', many),
    oneOf: word('Exactly one of these must hold.', many),
    not: word('This must not hold.', { allOf: [one] }),
    $ref: word('Another schema: "#/$defs/NAME", or the key of a data schema.'),
    $defs: word('Schemas to refer to, by name.', each),
    referenceRecords: word('The records that the value may name, by id.', {
      type: ['array', 'object'],
      items: { type: 'object', properties: { id: {}, name: {} } },
    }),
    allowCustom: word('Whether other values than those of "referenceRecords" are allowed.'),
    referenceCollection: word('The data collection whose records the value names.'),
    referenceUdm: word('The universal data model whose records the value names.'),
    isSensitive: word('A secret: it is asked for without echo, and never shown.'),
    readOnly: word('The API gives the field, and does not take it.'),
    writeOnly: word('The API takes the field, and does not give it.'),
    isRichText: word('The text is HTML.'),
    isImplied: word('The field follows from others, and need not be mapped.'),
    deprecated: word('Not to be used any more.'),
  },
};
