// oxlint-disable typescript/no-explicit-any -- code of the project hands in anything
/** What the program hands into the sandbox: everything crosses as text. */
export interface GuestHost {
  /** Answers at once, with JSON or an empty text. `done` and `fail` end the run. */
  call(operation: string, json: string): string;
  /** Answers later, by `settle` with the same id. */
  ask(id: number, operation: string, json: string): void;
}

/** What `fail` tells of an error. */
export type GuestFailure =
  /** The number of an error of the program that the code let through. */
  | { readonly foreign: number }
  | {
      readonly kind: 'error' | 'export' | 'result';
      readonly name: string;
      readonly message: string;
      readonly stack: string;
    };

export type GuestLink = ReturnType<typeof guestLink>;

/**
 * The line between the sandbox and the program. This function and those of the other guest files run inside
 * the sandbox, as texts: none may refer to anything outside of itself, and what they need of the language they
 * take before the code of the project can change it.
 */
export function guestLink(host: GuestHost) {
  const { parse, stringify } = JSON;
  const waiting = new Map<number, { resolve: (value: any) => void; reject: (error: unknown) => void }>();
  const foreign = new WeakMap<object, number>();
  let lastId = 0;

  /** Something that cannot cross, or cannot be called. */
  class Unusable extends TypeError {
    readonly kind: 'export' | 'result';
    constructor(kind: 'export' | 'result', message: string) {
      super(message);
      this.kind = kind;
    }
  }

  /** A global as the language has its own: not seen by a loop over the properties. */
  function define(name: string, value: unknown): void {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  function call(operation: string, value: unknown): any {
    const json = host.call(operation, stringify(value));
    return json === '' ? undefined : parse(json);
  }

  function ask(operation: string, value: unknown): Promise<any> {
    const json = toJson(value, 'the request') ?? 'null';
    return new Promise((resolve, reject) => {
      const id = (lastId += 1);
      waiting.set(id, { resolve, reject });
      host.ask(id, operation, json);
    });
  }

  function settle(id: number, failed: boolean, json: string): void {
    const one = waiting.get(id);
    waiting.delete(id);
    const value = json === '' ? undefined : parse(json);
    if (failed) one?.reject(errorOf(value));
    else one?.resolve(value);
  }

  /** An error of the program, as the code can catch it. */
  function errorOf({ number, ...facts }: { number: number; message: string }): Error {
    const error = Object.assign(new Error(facts.message), facts);
    foreign.set(error, number);
    return error;
  }

  /** JSON of a value that holds nothing else; what JSON would leave out without a word is an error. */
  function toJson(value: unknown, what: string): string | undefined {
    const open: unknown[] = [];
    return stringify(value, function (this: any, key: string, inner: any) {
      // whoever holds this value is the innermost of those that are being written
      while (open.length > 0 && open[open.length - 1] !== this) open.pop();
      const held = typeof inner === 'object' && open.includes(inner);
      const odd = held ? 'the object that holds it' : oddness(inner);
      if (odd !== undefined) {
        throw new Unusable('result', key === '' ? `${what} is ${odd}` : `"${key}" in ${what} is ${odd}`);
      }
      if (typeof inner === 'object' && inner !== null) open.push(inner);
      return inner;
    });
  }

  /** Why JSON cannot hold a value. */
  function oddness(value: any): string | undefined {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
      return `a ${typeof value}`;
    }
    if (typeof value !== 'object' || value === null) return undefined;
    if (value instanceof Map || value instanceof Set || value instanceof Promise) {
      return `a ${Object.prototype.toString.call(value).slice(8, -1)}`;
    }
    return value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? 'bytes' : undefined;
  }

  function describe(error: any): object {
    const number = typeof error === 'object' && error !== null ? foreign.get(error) : undefined;
    if (number !== undefined) return { foreign: number };
    if (error instanceof Unusable) return { kind: error.kind, name: '', message: error.message, stack: '' };
    if (typeof error === 'object' && typeof error?.message === 'string') {
      const { name, message, stack } = error;
      return { kind: 'error', name: String(name ?? ''), message, stack: String(stack ?? '') };
    }
    return { kind: 'error', name: '', message: show(error), stack: '' };
  }

  /** Any value for people. */
  function show(value: any): string {
    try {
      if (value instanceof Error) return `${value.name}: ${value.message}`;
      if (typeof value === 'function') return '[function]';
      return typeof value === 'object' ? (stringify(value) ?? '[object]') : String(value);
    } catch {
      return '[object]';
    }
  }

  return { define, call, ask, settle, toJson, describe, show, parse, Unusable };
}
