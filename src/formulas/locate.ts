import type { JsonPath } from '../core/json.js';

/** Reads the value at a path; undefined where a part of the way is missing, never an error. */
export type Read = (value: unknown) => unknown;

type Fields = Readonly<Record<string | number, unknown>>;

/**
 * A reader for one path, made once: short paths, which nearly all are, get a reader without a loop. Only own
 * properties count. Asking each object for that would halve the speed, so only names that objects or lists inherit
 * are asked for; everything else can only be an own property of a JSON value.
 */
export function reader(path: JsonPath): Read {
  if (path.some(isInherited)) return ownReader(path);
  const [first = '', second = '', third = ''] = path;
  switch (path.length) {
    case 0:
      return (value) => value;
    case 1:
      return (value) => field(value, first);
    case 2:
      return (value) => field(part(value, first), second);
    case 3:
      return (value) => field(part(part(value, first), second), third);
    default:
      return (value) => data(path.reduce(part, value));
  }
}

/** A property of a value, for names that are not inherited. */
export function field(value: unknown, name: string | number): unknown {
  return data(part(value, name));
}

function part(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined;
}

/** No value of JSON is a function: one that shows up belongs to an object of the program. */
function data(value: unknown): unknown {
  return typeof value === 'function' ? undefined : value;
}

/** Whether every object or list has such a property without owning it. */
export function isInherited(name: string | number): boolean {
  return name in Object.prototype || (typeof name === 'string' && name in Array.prototype);
}

function ownReader(path: JsonPath): Read {
  return (value) => {
    let current = value;
    for (const name of path) {
      if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
      current = (current as Fields)[name];
    }
    return data(current);
  };
}
