import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { ClientRequest } from '../core/kind.js';
import type { ClientBase } from './client-request.js';

/** The whole address of a request: base, path with its parameters, and the query of both. */
export function buildUrl(base: ClientBase, request: ClientRequest): URL {
  const path = fillPath(request.path, request.pathParameters ?? {});
  const url = resolvePath(base.baseUri, path);
  addQuery(url, base.query ?? {}, request.query ?? {});
  return url;
}

/**
 * `a=1&b=x&b=y&c%5Bd%5D=2`: lists repeat their name, objects nest in brackets, undefined and null are left
 * out. The same text serves as a form body.
 */
export function encodeQuery(values: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(values)) write(parts, name, value);
  return parts.join('&');
}

function write(parts: string[], name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => write(parts, isObject(item) ? `${name}[${index}]` : name, item));
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) write(parts, `${name}[${key}]`, inner);
  } else {
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  }
}

const parameter = /\{([\w.$-]+)\}/g;

function fillPath(path: string, values: Readonly<Record<string, unknown>>): string {
  if (!path.includes('{')) return path;
  return path.replace(parameter, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) {
      throw unusable(`the path parameter "${name}" is missing`, `give it in pathParameters: {${name}: …}`);
    }
    if (typeof value === 'object') {
      throw unusable(`the path parameter "${name}" is no single value`, 'a path holds texts and numbers');
    }
    const text = String(value);
    // These would address the folder above, or the whole collection, instead of one thing in it.
    if (text === '' || text === '.' || text === '..') {
      throw unusable(`the path parameter "${name}" is "${text}"`, 'give it a value that names one thing');
    }
    return encodeURIComponent(text);
  });
}

const absolute = /^[a-z][a-z\d+.-]*:\/\//i;

function resolvePath(baseUri: string | undefined, path: string): URL {
  if (baseUri === undefined) {
    return parseUrl(path, 'the address', 'write the whole address, beginning with https://');
  }
  const base = parseUrl(baseUri, 'the base address', 'a base address begins with https://');
  if (absolute.test(path)) {
    const url = parseUrl(path, 'the address', 'write a path relative to the base address');
    if (url.origin === base.origin) return url;
    throw unusable(
      `"${url.origin}" is not where the credentials belong, which is "${base.origin}"`,
      'write a path relative to the base address, or use an action of type http-request',
    );
  }
  const bare = base.href.slice(0, base.href.length - base.search.length - base.hash.length);
  const joined =
    path === '' || path.startsWith('?')
      ? bare + path
      : `${bare.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  const url = new URL(joined);
  if (base.search !== '') {
    for (const [name, value] of base.searchParams) {
      if (!url.searchParams.has(name)) url.searchParams.append(name, value);
    }
  }
  return url;
}

function parseUrl(text: string, what: string, hint: string): URL {
  const url = urlOf(text);
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw unusable(`${what} "${text}" is no http or https URL`, hint);
}

/** Parsed once: asking first whether it can be is as much work again. */
function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What the request says wins over what its path says, and that over the base: next-page links hold it all. */
function addQuery(
  url: URL,
  base: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): void {
  const added: Record<string, unknown> = { ...base, ...own };
  if (url.search !== '') {
    for (const name of Object.keys(added)) {
      if (!url.searchParams.has(name)) continue;
      if (Object.hasOwn(own, name)) url.searchParams.delete(name);
      else delete added[name];
    }
  }
  const text = encodeQuery(added);
  if (text !== '') url.search = url.search === '' ? text : `${url.search}&${text}`;
}

function unusable(message: string, hint: string): MembraneError {
  return new MembraneError('http/request', message, { hint, class: 'configuration' });
}
