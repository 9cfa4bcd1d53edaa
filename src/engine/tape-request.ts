import { isObject, same, type Json, type JsonObject } from '../core/json.js';
import type { HttpRequest } from '../core/ports.js';
import { redacted } from '../core/redact.js';
import { standIn, type RequestPattern, type TapeRequest } from '../core/tape.js';
import { isSensitiveHeader, redactUrl } from './client-redact.js';
import { readBody, readUpload } from './tape-body.js';
import { fits } from './tape-match.js';
import { withoutNamedSecrets } from './tape-texts.js';

/** What every request has, or what is somebody else's business. */
const plainHeaders = new Set([
  'host',
  'content-length',
  'connection',
  'user-agent',
  'accept-encoding',
  'date',
]);
const usualAccept = 'application/json, text/plain, */*';

/** A request as it stands on a tape: without credentials, the same whenever the same is asked. */
export async function tapeRequest(request: HttpRequest, hide: <T>(value: T) => T): Promise<TapeRequest> {
  const { method, headers, body, upload } = request;
  const shown = Object.entries(headers).filter(
    ([name, value]) =>
      !plainHeaders.has(name) && !isSensitiveHeader(name) && !(name === 'accept' && value === usualAccept),
  );
  return hide(
    withoutNamedSecrets({
      method,
      url: plainUrl(request.url),
      ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
      ...(upload === undefined ? readBody(body, headers['content-type']) : await readUpload(upload)),
    }),
  );
}

/** An address with its parameters in order, and without those that are secret by their name. */
function plainUrl(address: string): string {
  const url = new URL(redactUrl(new URL(address), (text) => text).replaceAll(redacted, standIn));
  url.searchParams.sort();
  return url.href;
}

/** Whether a request is the one that was recorded. Headers may have come to it since. */
export function isRecorded(recorded: TapeRequest, request: TapeRequest): boolean {
  return (
    recorded.method === request.method &&
    recorded.url === request.url &&
    same(bodyOf(recorded), bodyOf(request)) &&
    fits(recorded.headers ?? {}, request.headers ?? {}, 'part')
  );
}

/** A pattern in parts. */
export function patternOf(given: string | RequestPattern): RequestPattern {
  if (typeof given !== 'string') return given;
  const [, method = '', address = ''] = /^(\S+) (.*)$/s.exec(given) ?? [];
  const [path = '', search] = address.split(/\?(.*)/s, 2);
  return { method, path, ...(search === undefined ? {} : { query: queryOf(new URLSearchParams(search)) }) };
}

/** The parts of a request that a pattern speaks of. */
export function partsOf(request: TapeRequest, pattern: RequestPattern): JsonObject {
  const url = new URL(request.url);
  const { path, query, headers } = pattern;
  return {
    method: request.method,
    ...(path === undefined ? {} : { path: pathFits(path, url) ? path : shownPath(path, url) }),
    ...(query === undefined ? {} : { query: pick(queryOf(url.searchParams), query) }),
    ...(headers === undefined ? {} : { headers: pick(request.headers ?? {}, headers) }),
    ...(pattern.body === undefined ? {} : { body: bodyOf(request) ?? null }),
  };
}

export function fitsPattern(request: TapeRequest, pattern: RequestPattern): boolean {
  return fits(pattern as JsonObject, partsOf(request, pattern), 'part', ['body']);
}

/** Of those that were recorded the one that a request is most like. */
export function nearestRequest(
  request: TapeRequest,
  recorded: readonly TapeRequest[],
): TapeRequest | undefined {
  const scored = recorded.map((one) => ({ one, score: likeness(one, request) }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.one;
}

function likeness(a: TapeRequest, b: TapeRequest): number {
  const [left, right] = [new URL(a.url), new URL(b.url)];
  const names = [left, right].map(({ pathname }) => pathname.split('/'));
  const shared = names[0]?.filter((name, index) => name === names[1]?.[index]).length ?? 0;
  return (
    (left.pathname === right.pathname ? 8 : shared / 8) +
    (a.method === b.method ? 4 : 0) +
    (left.search === right.search ? 2 : 0) +
    (same(bodyOf(a), bodyOf(b)) ? 1 : 0)
  );
}

function bodyOf({ body, text, base64 }: TapeRequest): Json | undefined {
  return body ?? text ?? base64;
}

/** The end of the path, where the pattern is no whole address; `{name}` is any part. */
function pathFits(pattern: string, url: URL): boolean {
  const isWhole = !pattern.startsWith('/');
  const wanted = pattern.split('/').map((part) => (/^\{.*\}$/.test(part) ? '[^/]+' : escaped(part)));
  const address = isWhole ? `${url.origin}${url.pathname}` : decoded(url.pathname);
  return new RegExp(`${isWhole ? '^' : ''}${wanted.join('/')}$`).test(address);
}

function shownPath(pattern: string, url: URL): string {
  return pattern.startsWith('/') ? decoded(url.pathname) : `${url.origin}${url.pathname}`;
}

/** Percent-encoding taken off; a text with a lone % as it is. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A parameter that is given several times is a list. */
function queryOf(parameters: URLSearchParams): Record<string, Json> {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** The fields of `values` that `wanted` names; addresses and headers hold texts only, in which numbers are meant, too. */
function pick(values: Readonly<Record<string, Json>>, wanted: JsonObject): JsonObject {
  const lower = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const found = Object.entries(wanted).flatMap(([name, expected]): [string, Json][] => {
    const value = values[name] ?? lower.get(name.toLowerCase());
    if (value === undefined) return [];
    const isMeant = !isObject(expected) && !Array.isArray(expected) && String(expected) === value;
    return [[name, isMeant ? expected : value]];
  });
  return Object.fromEntries(found);
}
