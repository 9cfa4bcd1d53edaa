import { isObject, type JsonObject, type JsonPath } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { placesIn } from '../places.js';
import { choice, dataSchema, object, text, when, whenType } from '../schema-parts.js';
import { functionTypes } from './index.js';

/** What `functionField` refers to; a kind with functions has it among its definitions. */
export const functionDefinitions: JsonObject = {
  function: {
    allOf: [
      ...functionTypes.map((type) => whenType(type.name, contentOf(type.schema))),
      ...['mapping', 'code'].map((content) => when({ required: [content] }, { required: ['type'] })),
    ],
  },
};

/**
 * The schema of a field that holds a function: inline by `type`, or `implementationType` for one in a file.
 * `options` are fields beside the function, such as the `filterFields` of a collection's `list`.
 */
export function functionField(description: string, options: JsonObject = {}): JsonObject {
  return {
    $ref: '#/$defs/function',
    ...object(description, { ...functionFields, ...options }),
  };
}

const names = functionTypes.map((type) => type.name);

const functionFields: JsonObject = {
  type: choice(names, 'How the function is written, when it stands here.'),
  // not an enum: loading looks for the file, and says what is wrong with the type
  implementationType: text('How the function is written, when it stands in a file of its own.', {
    examples: names,
  }),
  mapping: { description: 'What the function does, when it stands here and is a mapping.' },
  code: { description: 'What the function does, when it stands here and is code.' },
  parametersSchema: dataSchema('Parameters of this function alone.'),
};

/**
 * Places of the functions `names` of the object at `base` in `value`. Their files are called after them, with
 * `prefix` before.
 */
export function functionPlaces(
  value: unknown,
  names: readonly string[],
  base: JsonPath = [],
  prefix = '',
): Place[] {
  return names.flatMap((name): Place[] => {
    const at = [...base, name];
    const own = placesIn(value, { schemas: [[...at, 'parametersSchema']] });
    return [{ at, holds: 'function', file: prefix + kebabCase(name) }, ...own];
  });
}

/** `make-api-client` for `makeApiClient`; OAuth is one word. */
function kebabCase(name: string): string {
  return name
    .replace('OAuth', 'Oauth')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** What the schema of a function type says of its content; `type` and other fields are said above. */
function contentOf(schema: unknown): JsonObject {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const required = isObject(schema) && Array.isArray(schema['required']) ? schema['required'] : [];
  const { type: _, ...content } = properties;
  return {
    ...(Object.keys(content).length === 0 ? {} : { properties: content as JsonObject }),
    required: required as string[],
  };
}
