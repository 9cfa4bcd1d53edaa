import { formatPath, type JsonPath } from '../core/json.js';
import { nearNames } from '../core/nearest.js';
import { kind } from '../core/type-kinds.js';
import type { DeadEnd } from '../core/type-locate.js';
import { kindsInWords } from '../core/type-words.js';
import { meant } from './meant.js';
import type { TypeProblem } from './type-of.js';

/** What is wrong with a locator that does not lead on: which value lacks what. */
export function deadEndProblem(
  locator: string,
  path: JsonPath,
  deadEnd: DeadEnd,
): Omit<TypeProblem, 'path' | 'target'> {
  const { why, kinds, end, declared } = deadEnd;
  if (why === 'undeclared') return undeclared(locator, path, deadEnd);
  const owner = named(path.slice(0, end));
  const place = declared === undefined ? {} : { declared };
  const is = kindsInWords(kinds);
  if (why === 'not-a-list') {
    const message = `"${locator}": ${owner} is ${is}, not a list`;
    return { code: 'type/not-a-list', message, ...place };
  }
  const name = String(path[end]);
  const message = `"${locator}": ${owner} is ${is}, which has no "${name}"`;
  // `[*]` and `[-1]` are no indexes: the index takes their place.
  const rest = path.slice(/^(\*|-\d+)$/.test(name) ? end + 1 : end);
  const item = formatPath([...path.slice(0, end), 0, ...rest]);
  const help = `take one item, as in "$.${item}"; "$iterate" goes through all`;
  return { code: 'type/not-an-object', message, ...((kinds & kind.list) === 0 ? {} : { help }), ...place };
}

function undeclared(
  locator: string,
  path: JsonPath,
  { end, names, closed, absent, declared }: DeadEnd,
): Omit<TypeProblem, 'path' | 'target'> {
  const name = String(path[end]);
  const near = nearNames(name, names);
  const place = declared === undefined ? {} : { declared };
  const owner = end === 0 ? undefined : named(path.slice(0, end));
  if (absent !== undefined) {
    const code = closed ? 'type/unknown-property' : 'type/undeclared-property';
    return { code, message: `"${locator}": ${absent}`, ...place };
  }
  if (closed || near.length > 0) {
    const lacks = owner === undefined ? `there is no "${name}" here` : `${owner} has no "${name}"`;
    const message = `"${locator}": ${lacks}`;
    return { code: 'type/unknown-property', message, ...meant(near, names), ...place };
  }
  const message = `"${locator}": the schema of ${owner ?? 'the variables'} does not name "${name}"`;
  const help = 'declare it there, or say "additionalProperties: true" if it may have more';
  return { code: 'type/undeclared-property', message, help, ...place };
}

/** `the input`, `"input.contact"`. */
function named(path: JsonPath): string {
  const text = formatPath(path);
  if (text === '') return 'the value';
  return /^[a-z]+$/.test(text) ? `the ${text}` : `"${text}"`;
}
