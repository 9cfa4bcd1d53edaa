import type { JsonPath } from '../core/json.js';
import type { FormulaEnv } from '../core/formula-env.js';
import { field, isInherited, reader, type Read } from './locate.js';

export type Evaluate = (variables: unknown, env: FormulaEnv) => unknown;

/** A compiled part of a value. Undefined is "nothing": it drops its key or its item. */
export interface Node {
  /** It gives the same for all variables, and needs none. */
  readonly constant: boolean;
  /** It gives a promise. Known when compiled, so that what never waits pays nothing for what may. */
  readonly async: boolean;
  readonly evaluate: Evaluate;
  /** Where in the variables it reads its value, if that is all it does. */
  readonly path?: JsonPath;
}

export const nothing: Node = constantNode(undefined);

export function constantNode(value: unknown): Node {
  return { constant: true, async: false, evaluate: () => value };
}

/** A node of one part: `next` gets its value when it is there. */
export function after(part: Node, next: (value: unknown) => unknown): Node {
  const { constant, async, evaluate } = part;
  if (async) {
    const later: Evaluate = async (variables, env) => next(await evaluate(variables, env));
    return { constant, async, evaluate: later };
  }
  return { constant, async, evaluate: (variables, env) => next(evaluate(variables, env)) };
}

/** A node that asks the world about a part, and so always gives a promise and is never constant. */
export function afterAsync(part: Node, next: (value: unknown, env: FormulaEnv) => unknown): Node {
  const { evaluate } = part;
  const later: Evaluate = async (variables, env) => next(await evaluate(variables, env), env);
  return { constant: false, async: true, evaluate: later };
}

/** A node of two parts. */
export function afterBoth(
  first: Node,
  second: Node,
  next: (first: unknown, second: unknown) => unknown,
): Node {
  const [one, two] = [first.evaluate, second.evaluate];
  const constant = first.constant && second.constant;
  if (first.async || second.async) {
    const later: Evaluate = async (variables, env) =>
      next(await one(variables, env), await two(variables, env));
    return { constant, async: true, evaluate: later };
  }
  return {
    constant,
    async: false,
    evaluate: (variables, env) => next(one(variables, env), two(variables, env)),
  };
}

/** What a search answers to look at the next part. */
export const goOn = Symbol('go on');

/** Looks at a part's value: gives the result of the search, or `goOn`. */
export type Decide = (value: unknown, index: number, variables: unknown, env: FormulaEnv) => unknown;

/**
 * A node that evaluates its parts in turn until `decide` gives something else than `goOn`; parts behind that are
 * never evaluated. `chosen` are the nodes that `decide` and `otherwise` may evaluate.
 */
export function search(
  parts: readonly Node[],
  decide: Decide,
  otherwise: Evaluate,
  chosen: readonly Node[] = [],
): Node {
  const evaluates = parts.map((part) => part.evaluate);
  const all = [...parts, ...chosen];
  const constant = all.every((part) => part.constant);
  const async = all.some((part) => part.async);
  const now: Evaluate = (variables, env) => {
    for (let index = 0; index < evaluates.length; index += 1) {
      const found = decide((evaluates[index] as Evaluate)(variables, env), index, variables, env);
      if (found !== goOn) return found;
    }
    return otherwise(variables, env);
  };
  const later: Evaluate = async (variables, env) => {
    for (const [index, evaluate] of evaluates.entries()) {
      const found = decide(await evaluate(variables, env), index, variables, env);
      if (found !== goOn) return found;
    }
    return otherwise(variables, env);
  };
  return { constant, async, evaluate: async ? later : now };
}

/** All values of its parts in their places, also those that are nothing. */
export function tupleNode(parts: readonly Node[]): Node {
  const constant = parts.every((part) => part.constant);
  const async = parts.some((part) => part.async);
  const now: Evaluate = (variables, env) => parts.map((part) => part.evaluate(variables, env));
  const later: Evaluate = async (variables, env) => {
    const values: unknown[] = [];
    for (const part of parts) values.push(await part.evaluate(variables, env));
    return values;
  };
  return { constant, async, evaluate: async ? later : now };
}

/** A list of the values of its parts; nothing where it had parts and each of them is nothing. */
export function listNode(parts: readonly Node[]): Node {
  const constant = parts.every((part) => part.constant);
  const async = parts.some((part) => part.async);
  const evaluates = parts.map((part) => part.evaluate);
  const result = (list: unknown[]): unknown => (list.length === 0 && evaluates.length > 0 ? undefined : list);
  const now: Evaluate = (variables, env) => {
    const list: unknown[] = [];
    for (let index = 0; index < evaluates.length; index += 1) {
      const value = (evaluates[index] as Evaluate)(variables, env);
      if (value !== undefined) list.push(value);
    }
    return result(list);
  };
  const later: Evaluate = async (variables, env) => {
    const list: unknown[] = [];
    for (const evaluate of evaluates) {
      const value = await evaluate(variables, env);
      if (value !== undefined) list.push(value);
    }
    return result(list);
  };
  return { constant, async, evaluate: async ? later : now };
}

/**
 * An object of the values of its parts; nothing where it had parts and each of them is nothing. Two things make it
 * fast, both measured: fields that are read from the same place, as those of a mapping are, look that place up once
 * (a fifth of the time), and a plain keyed store (a copied template gains nothing, and loses where fields are missing).
 */
export function objectNode(keys: readonly string[], parts: readonly Node[]): Node {
  const constant = parts.every((part) => part.constant);
  const async = parts.some((part) => part.async);
  return { constant, async, evaluate: async ? objectLater(keys, parts) : objectNow(keys, parts) };
}

function objectNow(keys: readonly string[], parts: readonly Node[]): Evaluate {
  const evaluates = parts.map((part) => part.evaluate);
  const { holders, names } = sharedHolders(parts);
  const set = keys.includes('__proto__') ? setOwn : undefined;
  return (variables, env) => {
    const object: Record<string, unknown> = {};
    let empty = keys.length > 0;
    let lastHolder: Read | undefined;
    let held: unknown;
    for (let index = 0; index < evaluates.length; index += 1) {
      const holder = holders[index];
      let value: unknown;
      if (holder === undefined) value = (evaluates[index] as Evaluate)(variables, env);
      else {
        if (holder !== lastHolder) {
          held = holder(variables);
          lastHolder = holder;
        }
        value = field(held, names[index] as string);
      }
      if (value === undefined) continue;
      empty = false;
      if (set === undefined) object[keys[index] as string] = value;
      else set(object, keys[index] as string, value);
    }
    return empty ? undefined : object;
  };
}

function objectLater(keys: readonly string[], parts: readonly Node[]): Evaluate {
  return async (variables, env) => {
    const object: Record<string, unknown> = {};
    let empty = keys.length > 0;
    for (const [index, part] of parts.entries()) {
      const value = await part.evaluate(variables, env);
      if (value === undefined) continue;
      empty = false;
      setOwn(object, keys[index] as string, value);
    }
    return empty ? undefined : object;
  };
}

/** For parts that only read a field: the reader of what holds it, one and the same for the same place. */
function sharedHolders(parts: readonly Node[]): {
  holders: (Read | undefined)[];
  names: (string | number)[];
} {
  const readers = new Map<string, Read>();
  const holders = parts.map(({ path }) => {
    if (path === undefined || path.length === 0 || path.some(isInherited)) return undefined;
    const around = JSON.stringify(path.slice(0, -1));
    const known = readers.get(around) ?? reader(path.slice(0, -1));
    readers.set(around, known);
    return known;
  });
  return { holders, names: parts.map(({ path }) => path?.at(-1) ?? '') };
}

/** Sets a property of any name. A plain assignment would take `__proto__` as the prototype of the object. */
export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
