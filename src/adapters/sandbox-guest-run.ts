// oxlint-disable typescript/no-explicit-any -- code of the project hands in anything
import type { GuestBytes } from './sandbox-guest-bytes.js';
import type { GuestLink } from './sandbox-guest-link.js';

/** What the program calls in the sandbox. */
export interface Guest {
  /** Starts the function; `done` or `fail` tell its end. */
  run(json: string): void;
  settle(id: number, failed: boolean, json: string): void;
}

/** Runs inside the sandbox: what the code gets, and how its function is found, called and listened to. */
export function guestRun(
  link: GuestLink,
  { view, toBase64, fromBase64, decode }: GuestBytes,
  load: () => Promise<Record<string, unknown>>,
): Guest {
  const { define, call, ask, settle, toJson, describe, show, parse, Unusable } = link;
  const Parameters = (globalThis as any).URLSearchParams;
  /** The log takes no more. */
  let full = false;
  const module = { exports: {} as any };
  define('module', module);
  define('exports', module.exports);
  define('fetch', fetchIt);
  define(
    'console',
    Object.fromEntries(['debug', 'log', 'info', 'warn', 'error'].map((level) => [level, logger(level)])),
  );

  return {
    run(json) {
      const { name, argument, clients, seed, now } = parse(json);
      Math.random = randomFrom(seed);
      if (now !== undefined) standStill(now);
      for (const client of clients) argument[client] = clientOf(client);
      load()
        .then((namespace) => pick(namespace, name)(argument))
        .then((value) => toJson(value, 'the result') ?? '')
        .then(
          (text) => call('done', text),
          (error: unknown) => call('fail', describe(error)),
        );
    },
    settle,
  };

  /** The function among the exports: the default one, the one of this name, or the only one. */
  function pick(namespace: any, name: string): (argument: unknown) => unknown {
    const places = [namespace.default, module.exports, namespace];
    const named = places.flatMap((place) => [place, place?.default, place?.[name]]);
    const found = named.find((value) => typeof value === 'function');
    if (found !== undefined) return found;
    const all = [...Object.values(namespace), ...Object.values(module.exports ?? {})];
    const functions = all.filter((value) => typeof value === 'function');
    if (functions.length === 1) return functions[0] as () => unknown;
    throw new Unusable(
      'export',
      functions.length === 0
        ? 'the code exports no function'
        : `the code exports ${functions.length} functions, none of them as default or as "${name}"`,
    );
  }

  function logger(level: string): (...values: unknown[]) => void {
    return (...values) => {
      if (full) return;
      const text = values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ');
      full = call('log', { level, text: text.slice(0, 10_000) }) === true;
    };
  }

  /** The client of a connection: the program makes its requests, credentials included. */
  function clientOf(name: string): object {
    const send = async (given: any): Promise<any> => {
      const { returnFullResponse, responseType, body, data = body, parameters, query, ...rest } = given;
      const bytes = /^(arraybuffer|buffer|blob|stream)$/i.test(responseType ?? '');
      const response = await ask('send', {
        client: name,
        ...rest,
        ...(parameters === undefined && query === undefined
          ? {}
          : { query: plain({ ...plain(parameters), ...plain(query) }) }),
        ...(responseType === undefined ? {} : { responseType: bytes ? 'base64' : responseType }),
        ...encode(data),
      });
      if (bytes) response.data = fromBase64(response.data ?? '').buffer;
      return returnFullResponse === true ? { ...response, statusCode: response.status } : response.data;
    };
    const withData = (method: string) => (path: string, data?: unknown, options?: object) =>
      send({ ...options, path, method, data });
    return {
      makeApiRequest: (request: unknown) => send(typeof request === 'string' ? { path: request } : request),
      get: (path: string, parameters?: object, options?: object) =>
        send({ ...options, path, method: 'GET', parameters }),
      post: withData('POST'),
      put: withData('PUT'),
      patch: withData('PATCH'),
      delete: withData('DELETE'),
    };
  }

  function plain(values: any): object {
    return values instanceof Parameters ? Object.fromEntries(values) : values;
  }

  /** Data of a request: bytes cross as base64, parameters as the form that they are. */
  function encode(data: unknown): object {
    if (data === undefined) return {};
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return { base64: toBase64(view(data)) };
    return { data: data instanceof Parameters ? String(data) : data };
  }

  /** A part of the Fetch standard: what connectors use. */
  async function fetchIt(
    input: any,
    { method = 'GET', headers = {}, body, redirect }: any = {},
  ): Promise<object> {
    const entries = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
    const form = body instanceof Parameters && {
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    };
    const response = await ask('fetch', {
      url: String(input?.url ?? input),
      method: String(method).toUpperCase(),
      headers: {
        ...form,
        ...Object.fromEntries(
          entries.map(([name, value]: string[]) => [String(name).toLowerCase(), String(value)]),
        ),
      },
      redirect,
      ...(body === undefined || body === null ? {} : encode(typeof body === 'object' ? body : String(body))),
    });
    const bytes = fromBase64(response.base64);
    const { status, url, exact } = response;
    const given = new Map<string, string>(Object.entries(response.headers));
    return {
      status,
      ok: status >= 200 && status < 300,
      statusText: '',
      url,
      headers: {
        get: (name: string) => given.get(String(name).toLowerCase()) ?? null,
        has: (name: string) => given.has(String(name).toLowerCase()),
        entries: () => given.entries(),
        forEach: (visit: (value: string, name: string) => void) =>
          given.forEach((value, name) => visit(value, name)),
        [Symbol.iterator]: () => given.entries(),
      },
      text: async () => decode(bytes),
      json: async () => parse(exact ?? decode(bytes)),
      arrayBuffer: async () => bytes.slice().buffer,
    };
  }

  /** Whoever asks for the time gets this one. */
  function standStill(now: number): void {
    const Real = Date;
    const still = new Proxy(Real, {
      construct: (target, args, made) =>
        Reflect.construct(target, args.length === 0 ? [now] : args, made) as object,
      apply: () => new Real(now).toString(),
    });
    Real.now = () => now;
    Real.prototype.constructor = still;
    define('Date', still);
  }

  /** Every run starts from the same memory: without a seed each would draw the same numbers (mulberry32). */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
  }
}
