import { valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';

/** Where functions stand that have to do with webhooks, and the parameters that they see. */
export interface Declared {
  readonly element: OtherElement;
  /** Of the object that holds them: the element itself, or one of the `events` of a collection. */
  readonly at: JsonPath;
  readonly parameters: unknown;
}

/** Where a function stands; undefined where there is none, or it says that it cannot be done. */
export function functionAt({ element, at }: Declared, name: string): JsonPath | undefined {
  const places = [
    [...at, 'methods', name],
    [...at, name],
  ];
  return places.find(
    (place) => element.has(place) && valueAt(element.value, [...place, 'type']) !== 'not-supported',
  );
}

/** Calls a function with its arguments. Undefined where there is none. */
export async function callDeclared(declared: Declared, name: string, args: JsonObject): Promise<unknown> {
  const place = functionAt(declared, name);
  if (place === undefined) return undefined;
  return declared.element.call(place, { ...args, parameters: declared.parameters });
}

/** Whether who sends a webhook waits for what `handle` gives: code may answer, a mapping says so. */
export function answersIn(declared: Declared): boolean {
  const place = functionAt(declared, 'handle');
  if (place === undefined) return false;
  const { value } = declared.element;
  if (valueAt(value, [...place, 'type']) === 'javascript') return true;
  return ['mapping', 'responseMapping'].some(
    (part) =>
      valueAt(value, [...place, part, 'response']) !== undefined ||
      valueAt(value, [...place, 'mapping', part, 'response']) !== undefined,
  );
}

/** Whether something of it is made of the secret of the address. */
export function wantsSecret({ element, at }: Declared): boolean {
  return /webhookSecret/.test(JSON.stringify(valueAt(element.value, at) ?? null));
}
