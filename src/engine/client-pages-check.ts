import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Pagination } from '../core/pagination.js';

const types = ['link-header', 'next-url', 'cursor', 'offset', 'page'] as const;
const places = ['query', 'body', 'header'] as const;
const texts = ['parameter', 'limitParameter', 'items', 'next', 'hasMore', 'total'] as const;

/** A declaration from YAML, whose formulas are resolved. Rejects with `http/pagination` where it is none. */
export function checkedPagination(given: unknown): Pagination {
  if (given === undefined) {
    throw wrong(
      'nothing says how this API pages its lists',
      'give the request "pagination: {type: …}", or makeApiClient for all of them',
    );
  }
  if (!isObject(given)) throw wrong('"pagination" is no object', `write "pagination: {type: cursor, …}"`);
  const type = oneOf('type', given['type'], types);
  const place = given['in'] === undefined ? undefined : oneOf('in', given['in'], places);
  const numbers = { limit: positive(given, 'limit'), firstPage: whole(given, 'firstPage') };
  const next = given['next'];
  if ((type === 'cursor' || type === 'next-url') && typeof next !== 'string') {
    throw wrong(
      `"pagination" of type "${type}" has no "next"`,
      'say where the response holds it, such as "next: data.paging.next"',
    );
  }
  return {
    type,
    ...(place === undefined ? {} : { in: place }),
    ...Object.fromEntries(texts.flatMap((name) => (isText(given[name]) ? [[name, given[name]]] : []))),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

function oneOf<Name extends string>(field: string, value: unknown, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const written = typeof value === 'string' ? `"${value}"` : 'missing';
  throw wrong(
    `"${field}" of the pagination is ${written}`,
    (typeof value === 'string' ? didYouMean(value, names) : undefined) ?? `it is one of ${names.join(', ')}`,
  );
}

function positive(given: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = whole(given, name);
  if (value === undefined || value > 0) return value;
  throw wrong(`"${name}" of the pagination is ${value}`, 'it is a number above 0');
}

function whole(given: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && value !== '' && value !== null) return number;
  throw wrong(`"${name}" of the pagination is no whole number`, `write it as a number, such as 100`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function wrong(message: string, hint: string): MembraneError {
  return new MembraneError('http/pagination', message, { hint, class: 'configuration' });
}
