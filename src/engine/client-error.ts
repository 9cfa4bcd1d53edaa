import { faultyFields, fieldHint } from '../core/error-fields.js';
import { MembraneError, type ErrorClass } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { Code } from '../core/codes.js';
import type { HandledError, ReadResponse } from './client-response.js';
import type { Prepared } from './client-request.js';

/** A try that gave no usable response. */
export interface Failure {
  readonly error: MembraneError;
  /** Undefined where no response came. */
  readonly status?: number;
  readonly retryAfter?: string | undefined;
  /** Another try cannot help. */
  readonly final: boolean;
}

/** What the API said no to, as an error with a class and a key. */
export function failureOf(
  sent: Prepared,
  response: ReadResponse,
  handled: HandledError,
  options: { bound: boolean; hint: string | undefined },
): Failure {
  const { status } = response;
  const key = handled.key ?? keys[status];
  const rejected = options.bound && !sent.foreign && rejectedKeys.has(key ?? '');
  const code: Code = rejected
    ? 'auth/rejected'
    : key === 'rate_limit_exceeded'
      ? 'http/rate-limit'
      : 'http/status';
  const said = handled.message ?? messageIn(response.data);
  const answer = `${status} to "${sent.method} ${sent.url.pathname}"${said === undefined ? '' : `: ${oneLine(said)}`}`;
  const message = rejected
    ? `the API does not accept the credentials, it answered ${answer}`
    : `the API answered ${answer}`;
  const fields = status >= 400 && status < 500 ? faultyFields(response.data) : [];
  const error = new MembraneError(code, message, {
    hint: rejected ? options.hint : (fieldHint(fields) ?? hintFor(sent, status, key)),
    class: classOf(key, status),
    key,
    data: {
      status,
      ...(handled.data === undefined ? {} : { details: handled.data }),
      ...(fields.length === 0 ? {} : { fields }),
    },
  });
  const retryAfter = response.headers['retry-after'];
  return { error, status, retryAfter, final: handled.key !== undefined };
}

/** A failure without a response. Only what the network did may be over the next time. */
export function failureWithout(error: MembraneError): Failure {
  const passing =
    error.code === 'http/timeout' ||
    (error.code === 'http/unreachable' && error.data?.['code'] !== 'ENOTFOUND');
  return { error, final: !passing };
}

const keys: Readonly<Record<number, string>> = {
  401: 'not_authenticated',
  403: 'access_denied',
  404: 'not_found',
  409: 'already_exists',
  410: 'not_found',
  429: 'rate_limit_exceeded',
};

const rejectedKeys: ReadonlySet<string> = new Set([
  'not_authenticated',
  'access_token_expired',
  'connection_is_defunct',
]);

/** Keys that a refresh of the credentials may cure. */
export function isUnauthorized(error: MembraneError): boolean {
  return error.key === 'not_authenticated' || error.key === 'access_token_expired';
}

const connectionKeys: ReadonlySet<string> = new Set([
  'access_token_expired',
  'connection_is_defunct',
  'rate_limit_exceeded',
]);

function classOf(key: string | undefined, status: number): ErrorClass {
  if (key !== undefined && connectionKeys.has(key)) return 'connection';
  return status >= 500 ? 'dependency' : 'bad_request';
}

function hintFor(sent: Prepared, status: number, key: string | undefined): string | undefined {
  if (sent.foreign)
    return `a redirect led to "${sent.url.host}", which gets no credentials; check the base address`;
  if (key === 'rate_limit_exceeded') return 'wait before you run it again, or ask for less at a time';
  if (key === 'access_denied') return 'the credentials are good, but lack a right that this request needs';
  if (key === 'not_found') return 'check the path and its parameters, and the base address of the connector';
  if (status === 401) return 'the request needs credentials: give them in its headers, or use a connection';
  if (status >= 500) return 'the fault is on the side of the API; try again later';
  if (status >= 400) return 'the API does not take this request as it is: check its data and parameters';
  if (status >= 300) return 'check the path and the headers of the request';
  return undefined;
}

/** What APIs say in the fields that most of them use. */
function messageIn(data: unknown): string | undefined {
  if (typeof data === 'string') return /^\s*</.test(data) || data.trim() === '' ? undefined : data;
  const list = Array.isArray(data)
    ? data
    : isObject(data) && Array.isArray(data['errors'])
      ? data['errors']
      : [];
  if (list.length > 0) return typeof list[0] === 'string' ? list[0] : messageIn(list[0]);
  if (!isObject(data)) return undefined;
  for (const field of ['message', 'error_description', 'error', 'detail', 'title', 'msg', 'reason']) {
    const value = data[field];
    const text = typeof value === 'string' ? value : isObject(value) ? messageIn(value) : undefined;
    if (text !== undefined && text.trim() !== '') return text;
  }
  return undefined;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
