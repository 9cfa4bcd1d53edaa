import type { JsonObject } from '../../core/json.js';
import { hints } from '../../core/type-property.js';
import { asObject, objectType, oneOfTypes, type Type } from '../types/parts.js';
import type { Arrival } from './arrivals.js';

/** A node behind more than these would take long, and nobody reads such a flow: what it gets is not known. */
const mostPassed = 500;

/**
 * The type of the input of a node: the input of the run spread at the top, and the outputs of the nodes before it
 * under their keys, which win over fields of the same name.
 */
export function inputType(
  { starts, passed }: Arrival,
  outputOf: (key: string) => Type,
  insideOf: ReadonlyMap<string, Type>,
  nodes: ReadonlyMap<string, unknown>,
): Type {
  if (passed.size > mostPassed) return undefined;
  const spread = spreadOf([...starts].map(outputOf));
  const properties = spread.properties;
  const required = new Set(spread.required);
  for (const [key, { as, always }] of passed) {
    properties[key] = oneOfTypes(
      [...as].map((each) => (each === 'left' ? outputOf(key) : insideOf.get(key))),
    );
    if (always) required.add(key);
    else required.delete(key);
  }
  const open = starts.size === 0 ? true : spread.others;
  const type = objectType(properties, {
    required: [...required],
    ...(open === undefined ? {} : { others: open }),
  });
  if (nodes.size > mostPassed) return type;
  const absent = [...nodes.keys()].filter((key) => !passed.has(key));
  return {
    ...type,
    [hints.near]: [...passed.keys()],
    [hints.absent]: Object.fromEntries(
      absent.map((key) => [key, `the node "${key}" does not run before this one`]),
    ),
  };
}

interface Spread {
  readonly properties: Record<string, Type>;
  readonly required: readonly string[];
  readonly others: boolean | undefined;
}

/** The fields of one of several inputs of a run. */
function spreadOf(inputs: readonly Type[]): Spread {
  const objects = inputs.filter((input) => !isNoObject(input)).map((input) => asObject(input));
  const names = new Set(objects.flatMap((object) => Object.keys(object?.properties ?? {})));
  const properties: Record<string, Type> = Object.create(null) as Record<string, Type>;
  for (const name of names) {
    const types = objects.flatMap((object) => {
      const { properties: own } = object ?? { properties: {} as JsonObject };
      return Object.hasOwn(own, name) ? [own[name] as Type] : [];
    });
    properties[name] = oneOfTypes(types);
  }
  const required = [...names].filter((name) =>
    objects.every((object) => Array.isArray(object?.['required']) && object['required'].includes(name)),
  );
  const others = objects.map((object) => {
    if (object === undefined || object['patternProperties'] !== undefined) return true;
    const rest = object['additionalProperties'];
    return rest === undefined || rest === false ? rest : true;
  });
  const open = others.includes(true)
    ? true
    : others.includes(undefined)
      ? undefined
      : others.length > 0
        ? false
        : undefined;
  return { properties, required, others: open };
}

/** Nothing is spread of a list or a text. */
function isNoObject(type: Type): boolean {
  if (typeof type !== 'object') return false;
  const name = type['type'];
  return typeof name === 'string' && name !== 'object';
}
