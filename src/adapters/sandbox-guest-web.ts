// oxlint-disable typescript/no-explicit-any -- code of the project hands in anything
import type { GuestBytes } from './sandbox-guest-bytes.js';
import type { GuestLink } from './sandbox-guest-link.js';

/** Runs inside the sandbox: addresses, timers, hashes and copies. The program does what it knows better. */
export function guestWeb({ define, call, ask }: GuestLink, { view, toBase64, fromBase64 }: GuestBytes): void {
  type Pair = [string, string];

  class URLSearchParams {
    private pairs: Pair[] = [];
    /** Writes the query of the URL that these belong to. */
    changed: () => void = () => undefined;

    constructor(init: any = '') {
      if (typeof init === 'string') this.parse(init);
      else
        for (const [name, value] of init?.[Symbol.iterator] === undefined ? Object.entries(init ?? {}) : init)
          this.pairs.push([String(name), String(value)]);
    }
    parse(text: string): void {
      this.pairs = text
        .replace(/^\?/, '')
        .split('&')
        .filter((part) => part !== '')
        .map((part): Pair => {
          const [name = '', ...value] = part.split('=');
          return [decode(name), decode(value.join('='))];
        });
    }
    get size(): number {
      return this.pairs.length;
    }
    get(name: string): string | null {
      return this.pairs.find(([one]) => one === String(name))?.[1] ?? null;
    }
    getAll(name: string): string[] {
      return this.pairs.flatMap(([one, value]) => (one === String(name) ? [value] : []));
    }
    has(name: string): boolean {
      return this.get(name) !== null;
    }
    append(name: string, value: unknown): void {
      this.replace([...this.pairs, [String(name), String(value)]]);
    }
    delete(name: string): void {
      this.replace(this.pairs.filter(([one]) => one !== String(name)));
    }
    set(name: string, value: unknown): void {
      const pair: Pair = [String(name), String(value)];
      const at = this.pairs.findIndex(([one]) => one === pair[0]);
      const others = this.pairs.filter(([one], index) => one !== pair[0] || index === at);
      this.replace(at < 0 ? [...others, pair] : others.map((one, index) => (index === at ? pair : one)));
    }
    sort(): void {
      this.replace(this.pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }
    forEach(visit: (value: string, name: string, all: this) => void): void {
      for (const [name, value] of this.pairs) visit(value, name, this);
    }
    keys() {
      return this.pairs.map(([name]) => name).values();
    }
    values() {
      return this.pairs.map(([, value]) => value).values();
    }
    entries() {
      return this.pairs.map((pair): Pair => [...pair]).values();
    }
    [Symbol.iterator]() {
      return this.entries();
    }
    toString(): string {
      return this.pairs.map((pair) => pair.map(encode).join('=')).join('&');
    }
    toJSON(): string {
      return this.toString();
    }
    private replace(pairs: Pair[]): void {
      this.pairs = pairs;
      this.changed();
    }
  }

  class URL {
    readonly searchParams: URLSearchParams;
    private parts: Record<string, string>;
    constructor(href: unknown, base?: unknown) {
      this.parts = parsed({ href: String(href), ...(base === undefined ? {} : { base: String(base) }) });
      this.searchParams = new URLSearchParams(this.parts['search']);
      Object.defineProperty(this, 'parts', { enumerable: false });
      Object.defineProperty(this.searchParams, 'changed', {
        value: () => (this.parts = this.with('search', this.searchParams.toString())),
      });
    }
    static canParse(href: unknown, base?: unknown): boolean {
      try {
        return new URL(href, base) instanceof URL;
      } catch {
        return false;
      }
    }
    with(name: string, value: string): Record<string, string> {
      return parsed({ href: this.parts['href'], name, value });
    }
    toString(): string {
      return this.parts['href'] as string;
    }
    toJSON(): string {
      return this.toString();
    }
  }
  for (const name of [
    'href',
    'origin',
    'protocol',
    'username',
    'password',
    'host',
    'hostname',
    'port',
    'pathname',
    'search',
    'hash',
  ]) {
    Object.defineProperty(URL.prototype, name, {
      get(this: any) {
        return this.parts[name];
      },
      set(this: any, value: unknown) {
        this.parts = this.with(name, String(value));
        if (name === 'search' || name === 'href') this.searchParams.parse(this.parts.search);
      },
    });
  }

  function parsed(question: object): Record<string, string> {
    const parts = call('url', question);
    if (parts === undefined) throw new TypeError('Invalid URL');
    return parts;
  }

  function encode(text: string): string {
    return encodeURIComponent(
      text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
    )
      .replace(/%20/g, '+')
      .replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  }

  function decode(text: string): string {
    const plain = text.replace(/\+/g, ' ');
    try {
      return decodeURIComponent(plain);
    } catch {
      return plain;
    }
  }

  const timers = new Set<number>();
  let lastTimer = 0;
  define('setTimeout', (work: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
    const id = (lastTimer += 1);
    timers.add(id);
    void ask('sleep', { ms: Number(ms) || 0 }).then(() => {
      if (timers.delete(id)) work(...values);
    });
    return id;
  });
  define('clearTimeout', (id: number) => void timers.delete(id));

  /** As in node:crypto: `createHmac('sha256', key).update(text).digest('hex')`. */
  function digester(algorithm: string, key?: unknown): object {
    const parts: string[] = [];
    const self = {
      update(data: unknown) {
        parts.push(toBase64(view(data)));
        return self;
      },
      digest(encoding?: string) {
        const base64 = call('digest', {
          algorithm,
          parts,
          ...(key === undefined ? {} : { key: toBase64(view(key)) }),
        });
        if (base64 === undefined) throw new TypeError(`no hash "${algorithm}"`);
        if (encoding === 'base64') return base64;
        if (encoding === 'base64url') return base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
        const bytes = fromBase64(base64);
        return encoding === 'hex'
          ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
          : bytes;
      },
    };
    return self;
  }
  define('crypto', {
    randomUUID: () => call('uuid', null),
    getRandomValues: (into: any) => {
      view(into).set(fromBase64(call('random', view(into).length)));
      return into;
    },
    createHash: (algorithm: unknown) => digester(String(algorithm)),
    createHmac: (algorithm: unknown, key: unknown) => digester(String(algorithm), key),
  });

  define('structuredClone', (value: unknown) => clone(value, new Map()));
  function clone(value: any, known: Map<unknown, unknown>): any {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new TypeError(`a ${typeof value} cannot be cloned`);
    if (typeof value !== 'object' || value === null) return value;
    if (known.has(value)) return known.get(value);
    const keep = <T>(made: T): T => {
      known.set(value, made);
      return made;
    };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) return keep((value as Uint8Array).slice());
    if (value instanceof Error) return keep(Object.assign(new Error(value.message), { name: value.name }));
    if (value instanceof Map) {
      const map = keep(new Map());
      for (const [key, inner] of value) map.set(clone(key, known), clone(inner, known));
      return map;
    }
    if (value instanceof Set) {
      const set = keep(new Set());
      for (const inner of value) set.add(clone(inner, known));
      return set;
    }
    const made: any = keep(Array.isArray(value) ? [] : {});
    for (const key of Object.keys(value)) made[key] = clone(value[key], known);
    return made;
  }

  define('URL', URL);
  define('URLSearchParams', URLSearchParams);
}
