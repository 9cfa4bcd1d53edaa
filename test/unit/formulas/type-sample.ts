import { formatPath } from '../../../src/core/json.js';
import type { JsonSchema } from '../../../src/core/schema.js';
import { typeOf, type TypeOptions } from '../../../src/formulas/type-of.js';

export const text = { type: 'string' };
export const number = { type: 'number' };
export const object = (properties: Record<string, JsonSchema>, ...required: string[]) => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});
export const list = (items: JsonSchema) => ({ type: 'array', items });
export const closed = (schema: object) => ({ ...schema, additionalProperties: false });

export const input = object(
  {
    email: text,
    name: text,
    age: { type: 'integer' },
    vip: { type: 'boolean' },
    stage: { enum: ['open', 'won', 'lost'] },
    tags: list(text),
    phones: list(object({ value: text, type: { enum: ['home', 'work'] } }, 'value')),
    address: closed(object({ city: text, zip: text })),
    map: { type: 'object', additionalProperties: number },
    anything: {},
    kind: { const: 'created' },
    phone1: text,
    statuses: list(object({ from: text, to: number })),
  },
  'email',
  'age',
  'kind',
);
export const variables = closed(object({ input, output: {} }, 'input'));

/** The problems as lines: code, place, message, help. */
export function problems(value: unknown, target?: JsonSchema, options: Partial<TypeOptions> = {}): string[] {
  const found: string[] = [];
  typeOf(value, {
    variables,
    target,
    ...options,
    report: ({ code, path, target: at, message, help }) => {
      const place = `${formatPath(path)}${at === 'key' ? ' (key)' : ''}`;
      found.push([`${code} ${place}`, message, ...(help === undefined ? [] : [help])].join(' | '));
    },
  });
  return found;
}

export const typed = (value: unknown) => typeOf(value, { variables, report: () => {} });
export const $var = (locator: string) => ({ $var: locator });
