import { Buffer } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import type { ClientRequest } from '../core/kind.js';
import type { Signable } from '../core/oauth.js';
import type { Upload } from '../core/ports.js';
import type { Pagination } from '../core/pagination.js';
import type { ResponseHandler } from './client-response.js';
import type { RetryPolicy } from './client-retry.js';
import { buildUrl, encodeQuery } from './client-url.js';
import type { Outgoing } from './files-send.js';
import type { RateLimit } from './rate-limit.js';

/** What a client is bound to, as `makeApiClient` gives it. Without `baseUri` it is bound to nobody. */
export interface ClientBase {
  readonly baseUri?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  readonly responseHandlers?: readonly ResponseHandler[] | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** How lists are paged, unless the request says it. */
  readonly pagination?: Pagination | undefined;
  /** Headers that prove a request by itself, such as a signature; made for every try. */
  readonly sign?: ((request: Signable) => Promise<Readonly<Record<string, string>>>) | undefined;
  /** How fast requests may come. */
  readonly rateLimit?: RateLimit | undefined;
}

/** One request, ready to be sent. Changed by redirects only. */
export interface Prepared {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** The body, where it is read as it is sent; anew for every try. */
  readonly upload?: Upload | undefined;
  /** Names of the headers that the request itself brought: they are no credentials of the base. */
  readonly own: ReadonlySet<string>;
  /** A redirect led to another origin: the credentials were left behind. */
  readonly foreign: boolean;
  /** It changes nothing. */
  readonly reads: boolean;
}

/** Throws `http/request` for what cannot be sent. */
export function prepareRequest(base: ClientBase, { request, upload, uploadType }: Outgoing): Prepared {
  const method = (request.method ?? 'GET').toUpperCase();
  const headers: Record<string, string> = { accept: 'application/json, text/plain, */*' };
  if (base.auth !== undefined) {
    const { username, password } = base.auth;
    headers['authorization'] = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  addHeaders(headers, base.headers ?? {});
  if (upload !== undefined) delete headers['content-type']; // that of the base is for its usual bodies
  const own = addHeaders(headers, request.headers ?? {});
  const body = upload === undefined ? encodeBody(method, request.data, headers) : undefined;
  if (upload !== undefined) typeUpload(headers, uploadType);
  if (body !== undefined || upload !== undefined) own.add('content-type');
  const reads = request.reads ?? readingMethods.has(method);
  return { method, url: buildUrl(base, request), headers, body, upload, own, foreign: false, reads };
}

/** The request with its signature, where the base signs. What a redirect took elsewhere is not signed. */
export async function signRequest(base: ClientBase, request: Prepared): Promise<Prepared> {
  if (base.sign === undefined || request.foreign) return request;
  const { method, url, headers, body } = request;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const form = isForm && typeof body === 'string' ? Object.fromEntries(new URLSearchParams(body)) : undefined;
  const added = await base.sign({ method, url: url.href, ...(form === undefined ? {} : { form }) });
  return { ...request, headers: { ...headers, ...added } };
}

/** Whether sending it twice does no harm: by its method (RFC 9110, 9.2.2), or because the element says so. */
export function isIdempotent(request: ClientRequest): boolean {
  return request.idempotent ?? idempotentMethods.has((request.method ?? 'GET').toUpperCase());
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Puts headers in, null takes one out; gives the names. */
function addHeaders(headers: Record<string, string>, added: Readonly<Record<string, unknown>>): Set<string> {
  const names = new Set<string>();
  for (const [given, value] of Object.entries(added)) {
    const name = given.toLowerCase();
    if (value === undefined) continue;
    if (value === null) delete headers[name];
    else headers[name] = headerText(given, value);
    names.add(name);
  }
  return names;
}

function headerText(name: string, value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw unusable(
      `"${name}" cannot be the name of a header`,
      'names of headers hold letters, digits and "-"',
    );
  }
  if (typeof value === 'object' && !Array.isArray(value)) {
    throw unusable(`the header "${name}" is an object`, 'a header is a text or a number');
  }
  if (/[\r\n]/.test(text)) {
    throw unusable(
      `the header "${name}" has a line break`,
      'a header is one line; check the value for a stray line end',
    );
  }
  // Node writes others as Latin-1 or as UTF-8, depending on the body: no server could rely on it.
  if (/[^\t\u0020-\u007e]/.test(text)) {
    throw unusable(
      `the header "${name}" has a character that headers cannot hold`,
      'headers are ASCII: encode the value',
    );
  }
  return text;
}

/** A file has a type, unless the request knows better; that of a form is made with its boundary. */
function typeUpload(headers: Record<string, string>, type: string | undefined): void {
  if (type !== undefined) headers['content-type'] ??= type;
  else if (headers['content-type'] !== undefined) {
    throw unusable('the header "content-type" of a form is made with it', 'leave it out of the headers');
  }
}

function encodeBody(
  method: string,
  data: unknown,
  headers: Record<string, string>,
): string | Uint8Array | undefined {
  if (data === undefined || data === null) return undefined;
  const bodiless = method === 'GET' || method === 'HEAD';
  // A mapping whose values are all missing leaves an empty object.
  if (bodiless && typeof data === 'object' && Object.keys(data).length === 0) return undefined;
  if (method === 'HEAD')
    throw unusable('a HEAD request cannot have data', 'leave data out, or use another method');
  const type = headers['content-type'];
  if (typeof data === 'string' || data instanceof Uint8Array) {
    headers['content-type'] =
      type ?? (typeof data === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream');
    return data;
  }
  if (type === undefined) headers['content-type'] = 'application/json';
  else if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return encodeQuery(data as Record<string, unknown>);
  } else if (!/\bjson\b/i.test(type)) {
    throw unusable(
      `data that is no text cannot be sent as "${type}"`,
      'give data as a text, or another content-type',
    );
  }
  return JSON.stringify(data);
}

function unusable(message: string, hint: string): MembraneError {
  return new MembraneError('http/request', message, { hint, class: 'configuration' });
}
