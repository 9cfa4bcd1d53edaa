import type { JsonPath } from '../core/json.js';

/**
 * The form of `$iterate` in older projects: `{locator: $.phones, items: {number: {$var: $.phones.$current.number}}}`.
 * Its items see the variables of the whole value, with the current item in the place of the list.
 */
export const olderSchema = {
  type: 'object',
  properties: { locator: { type: 'string', minLength: 1, literal: true }, items: {} },
  required: ['locator', 'items'],
  additionalProperties: false,
  literal: true,
};

export interface OlderIterate {
  readonly locator: string;
  readonly items: unknown;
}

export function isOlder(argument: object): argument is OlderIterate {
  return Object.hasOwn(argument, 'locator');
}

/** The variables with `{$current: item}` at the path of the list. */
export function withCurrent(variables: unknown, path: JsonPath, item: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return { $current: item };
  const around =
    typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {};
  const inside = Object.hasOwn(around, name) ? around[name] : undefined;
  const copy = Array.isArray(around) ? [...(around as unknown[])] : { ...around };
  // Not an assignment, which would take __proto__ as the prototype.
  return Object.defineProperty(copy, name, { value: withCurrent(inside, rest, item), enumerable: true });
}
