import { isObject } from './json.js';

/** What an API says is wrong with one field of what it was sent. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

const most = 10;
const lists = [
  'errors',
  'fieldErrors',
  'field_errors',
  'details',
  'violations',
  'invalid-params',
  'invalid_params',
];
const names = [
  'field',
  'fieldName',
  'field_name',
  'param',
  'parameter',
  'property',
  'attribute',
  'argumentName',
  'pointer',
  'name',
  'path',
  'loc',
  'source',
];
const texts = ['message', 'detail', 'reason', 'msg', 'description', 'error', 'title', 'code'];

/**
 * The fields that an API finds fault with, in the ways in which most say so: a list of errors that name a field
 * (RFC 9457, JSON:API, GraphQL extensions), an object of messages by field, or one error with a `param`.
 */
export function faultyFields(body: unknown): FieldFault[] {
  const found = faultsIn(body, 0);
  const seen = new Set<string>();
  const fresh = ({ field, message }: FieldFault) => {
    const name = `${field}\n${message}`;
    return seen.has(name) ? false : seen.add(name) !== undefined;
  };
  return found.filter(fresh).slice(0, most);
}

/** What to look at, for a person; undefined without any field. */
export function fieldHint(fields: readonly FieldFault[]): string | undefined {
  if (fields.length === 0) return undefined;
  const said = fields.slice(0, 3).map(({ field, message }) => `"${field}" (${message})`);
  return `the API finds fault with ${said.join(', ')}`;
}

function faultsIn(value: unknown, depth: number): FieldFault[] {
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.slice(0, most).flatMap((item) => faultsIn(item, depth + 1));
  if (!isObject(value)) return [];
  const inner = lists.flatMap((name) => {
    const list = value[name];
    return isObject(list) ? byField(list) : faultsIn(list, depth + 1);
  });
  if (inner.length > 0) return inner;
  const nested = [value['error'], value['extensions']].flatMap((part) =>
    isObject(part) ? faultsIn(part, depth + 1) : [],
  );
  const message = textIn(value);
  if (nested.length > 0) return nested.map((one) => ({ ...one, message: message ?? one.message }));
  const field = fieldIn(value);
  // at the top, `name` or `path` may be anything
  return field === undefined || (depth === 0 && message === undefined)
    ? []
    : [{ field, message: message ?? 'invalid' }];
}

/** `{email: ['has already been taken']}` */
function byField(errors: Record<string, unknown>): FieldFault[] {
  return Object.entries(errors).flatMap(([field, given]) => {
    const messages = [given].flat().map((one) => (isObject(one) ? textIn(one) : one));
    return messages.flatMap((message) => (typeof message === 'string' ? [{ field, message }] : []));
  });
}

function fieldIn(error: Record<string, unknown>): string | undefined {
  for (const name of names) {
    const value = error[name];
    if (name === 'source' && isObject(value)) return fieldIn(value);
    // the path of a GraphQL error leads into the answer, not to what was sent
    if (name === 'path' && error['extensions'] !== undefined) continue;
    if (typeof value === 'string' && value !== '')
      return value.replace(/^#?\/(data\/attributes\/)?/, '').replaceAll('/', '.');
    if (Array.isArray(value) && value.length > 0) return value.filter((part) => part !== 'body').join('.');
  }
  return undefined;
}

function textIn(error: Record<string, unknown>): string | undefined {
  const name = texts.find((candidate) => typeof error[candidate] === 'string' && error[candidate] !== '');
  return name === undefined ? undefined : String(error[name]).slice(0, 200);
}
