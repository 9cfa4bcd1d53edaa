import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isObject, type Json } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { ownFormats } from './schemas-formats.js';
import { regexOf, type Words } from './schemas-node.js';
import { listed, nameType, nameTypeOf, quote, type Check, type Walk } from './schemas-walk.js';

/** Makes the check of one keyword from what the schema says for it. */
export type Rule<K extends keyof Words> = (operand: NonNullable<Words[K]>, words: Words) => Check;
export type Rules = { readonly [K in keyof Words]?: Rule<K> };

/** Keywords that look at the value alone, not into its parts. */
export const assertions: Rules = {
  type: (types) => (value, walk) =>
    types.some((type) => hasType(value, type)) ? undefined : reportType(types, value, walk),
  const: (expected) => (value, walk) =>
    equal(value, expected) ? undefined : reportLiterals([expected], value, walk),
  enum: (values) => (value, walk) =>
    isOneOf(values, value) ? undefined : reportLiterals(values, value, walk),
  referenceRecords: (records) => {
    const ids = records.map((record) => record.id);
    return (value, walk) => (isOneOf(ids, value) ? undefined : reportRecords(records, value, walk));
  },
  minimum: (limit) => numeric((value) => value >= limit, `must be at least ${limit}`),
  maximum: (limit) => numeric((value) => value <= limit, `must be at most ${limit}`),
  exclusiveMinimum: (limit) => numeric((value) => value > limit, `must be more than ${limit}`),
  exclusiveMaximum: (limit) => numeric((value) => value < limit, `must be less than ${limit}`),
  multipleOf: (step) => numeric((value) => Number.isInteger(value / step), `must be a multiple of ${step}`),
  minLength: (limit) =>
    textual(
      (value) => lengthOf(value) >= limit,
      limit === 1 ? 'must not be empty' : `must have at least ${count(limit, 'character')}`,
    ),
  maxLength: (limit) =>
    textual((value) => lengthOf(value) <= limit, `must have at most ${count(limit, 'character')}`),
  pattern: (pattern) => {
    const regex = regexOf(pattern);
    return textual((value) => regex.test(value), `does not match the pattern ${pattern}`);
  },
  format: (format) => (value, walk) => {
    if (!fitsFormat(format, value))
      walk.report(
        'schema/value',
        `${walk.subject()} must be ${formatNames[format] ?? `of the format ${quote(format)}`}`,
      );
  },
  minItems: (limit) => list((items) => items.length >= limit, `must have at least ${count(limit, 'item')}`),
  maxItems: (limit) => list((items) => items.length <= limit, `must have at most ${count(limit, 'item')}`),
  uniqueItems: (unique) => (value, walk) => {
    const twice = unique && Array.isArray(value) ? duplicate(value) : undefined;
    if (twice !== undefined) {
      walk.report(
        'schema/value',
        `${walk.subject()} has the same item twice, at ${twice[0]} and ${twice[1]}`,
      );
    }
  },
  minProperties: (limit) =>
    fields((number) => number >= limit, `must have at least ${count(limit, 'field')}`),
  maxProperties: (limit) => fields((number) => number <= limit, `must have at most ${count(limit, 'field')}`),
};

export function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

export function reportType(types: readonly string[], value: unknown, walk: Walk): false {
  const fraction = typeof value === 'number' && types.includes('integer');
  const actual = fraction ? 'a fraction' : nameTypeOf(value);
  walk.report(
    'schema/type',
    `${walk.subject()} must be ${listed(types.map(nameType), 'or')}, not ${actual}`,
    {
      types,
    },
  );
  return false;
}

export function reportLiterals(values: readonly Json[], value: unknown, walk: Walk): false {
  const [only] = values;
  const texts = values.map(show);
  const message =
    values.length === 1 && only !== undefined ? `must be ${show(only)}` : `is not one of ${listed(texts)}`;
  const strings = values.filter((candidate) => typeof candidate === 'string');
  const help = typeof value === 'string' ? didYouMean(value, strings) : undefined;
  walk.report(
    'schema/value',
    values.length === 0 ? `${walk.subject()} can have no value` : `${walk.subject()} ${message}`,
    {
      literals: values,
      ...(help === undefined ? {} : { help }),
    },
  );
  return false;
}

function reportRecords(records: NonNullable<Words['referenceRecords']>, value: unknown, walk: Walk): false {
  const texts = records.map(({ id, name }) =>
    name === undefined || name === id ? show(id) : `${show(id)} (${name})`,
  );
  const byName = records.find(({ name }) => name !== undefined && name === value);
  const ids = records.map(({ id }) => id).filter((id) => typeof id === 'string');
  const near = typeof value === 'string' ? didYouMean(value, ids) : undefined;
  const help =
    byName === undefined ? near : `${quote(byName.name ?? '')} is its name: give the id ${show(byName.id)}`;
  walk.report('schema/value', `${walk.subject()} is not one of ${listed(texts)}`, {
    literals: records.map(({ id }) => id),
    ...(help === undefined ? {} : { help }),
  });
  return false;
}

export function isOneOf(values: readonly Json[], value: unknown): boolean {
  return (
    values.includes(value as Json) || (typeof value === 'object' && values.some((one) => equal(one, value)))
  );
}

/** Equality of JSON values: the order of fields does not count. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 42 ? `${text.slice(0, 39)}…${text.slice(-1)}` : text;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const checker =
  <T>(applies: (value: unknown) => value is T) =>
  (fits: (value: T) => boolean, sentence: string): Check =>
  (value, walk) => {
    if (applies(value) && !fits(value)) walk.report('schema/value', `${walk.subject()} ${sentence}`);
  };

const numeric = checker((value): value is number => typeof value === 'number');
const textual = checker((value): value is string => typeof value === 'string');
const list = checker((value): value is unknown[] => Array.isArray(value));
const fields = (fits: (fields: number) => boolean, sentence: string): Check =>
  checker(isObject)((value) => fits(Object.keys(value).length), sentence);

/** Characters as people count them: a pair of surrogates is one. */
function lengthOf(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

function duplicate(items: readonly unknown[]): [number, number] | undefined {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = canonical(item);
    const first = seen.get(key);
    if (first !== undefined) return [first, index];
    seen.set(key, index);
  }
  return undefined;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

// the table of ajv-formats is typed by ajv, which allows more sorts of formats than it holds
const formats = new Map<string, unknown>(Object.entries({ ...fullFormats, ...ownFormats }));

/** Unknown formats are annotations: every value fits. */
export function fitsFormat(name: string, value: unknown): boolean {
  const format = formats.get(name);
  if (format instanceof RegExp) return typeof value !== 'string' || format.test(value);
  const { type, validate } = isObject(format) ? format : { type: undefined, validate: format };
  if (typeof value !== (type ?? 'string')) return true;
  if (validate instanceof RegExp) return validate.test(String(value));
  return typeof validate === 'function' ? validate(value) === true : true;
}

const formatNames: Readonly<Record<string, string>> = {
  'date-time': 'a date and time like 2024-01-31T09:30:00Z',
  date: 'a date like 2024-01-31',
  time: 'a time like 09:30:00Z',
  duration: 'a duration like P1DT12H',
  email: 'an e-mail address',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'an address like https://example.com/path',
  url: 'an address like https://example.com/path',
  'uri-reference': 'an address or a path',
  'uri-template': 'an address with {names} in it',
  uuid: 'a UUID',
  regex: 'a regular expression',
  'json-pointer': 'a JSON pointer like /a/b',
  'relative-json-pointer': 'a relative JSON pointer like 1/a',
  byte: 'base64',
  'membrane-file': 'the reference of a stored file, like membrane-file:ID',
  int32: 'a whole number of 32 bits',
  int64: 'a whole number of 64 bits',
};
