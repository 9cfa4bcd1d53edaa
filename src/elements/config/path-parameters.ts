import { isObject, valueAt, type JsonPath } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import { isFormula } from '../places.js';

/** The {name} parts of the path at `path` that the parameters at `given` leave open, where neither is a formula. */
export function checkPathParameters(value: unknown, path: JsonPath, given: JsonPath): Finding[] {
  const text = valueAt(value, path);
  if (typeof text !== 'string' || isAnyFormula(value, given)) return [];
  const parameters = valueAt(value, given);
  if (parameters !== undefined && !isObject(parameters)) return [];
  const names = Object.keys(parameters ?? {});
  const wanted = [...text.matchAll(/\{([\w.-]+)\}/g)].map(([, name = '']) => name);
  const free = names.filter((name) => !wanted.includes(name));
  return [...new Set(wanted)]
    .filter((name) => !names.includes(name))
    .map((name) => {
      const message = `nothing is given for "{${name}}" of the path`;
      const help = didYouMean(name, free) ?? `give "${name}" in "pathParameters"`;
      return { code: 'request/path-parameter', message, path, help };
    });
}

/** Whether a formula makes the value at `path`, or what it stands in. */
function isAnyFormula(value: unknown, path: JsonPath): boolean {
  return path.some((_, index) => isFormula(valueAt(value, path.slice(0, index + 1))));
}
