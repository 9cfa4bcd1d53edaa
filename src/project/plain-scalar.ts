import type { Json, JsonObject } from '../core/json.js';

/** What no plain value begins with here: it begins something else, or would need a closer look. */
const opens = /^[-?:,[\]{}#&*!|>'"%@`]/;

/**
 * The value that stands on one line, or undefined where only the whole of YAML could tell. `text` has no spaces
 * around it, and may end with a comment.
 */
export function readScalar(text: string): Json | undefined {
  switch (text.charCodeAt(0)) {
    case 0x27: // '
    case 0x22: // "
      return readQuoted(text);
    case 0x5b: // [
    case 0x7b: // {
      return new Flow(text).whole();
  }
  const comment = text.indexOf(' #');
  const plain = comment === -1 ? text : text.slice(0, comment).trimEnd();
  if (plain.includes(': ') || plain.endsWith(':')) return undefined;
  if (opens.test(plain) && !/^-[^\s-]/.test(plain)) return undefined;
  return readPlain(plain);
}

/** What may be a number, but is not one of those that `readPlain` knows. */
const odd = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|0[ox][\da-f]+|[-+]?\.(?:inf|nan))$/i;

/** A text without quotes is what it looks like: a number, a truth value, nothing, or a text. */
export function readPlain(plain: string): Json | undefined {
  const first = plain.charCodeAt(0);
  if (first <= 0x39) {
    if (/^(?:0|-?[1-9]\d{0,14}|-?\d{1,15}\.\d{1,15})$/.test(plain)) return Number(plain);
    return odd.test(plain) ? undefined : plain;
  }
  return words.has(plain) ? words.get(plain) : plain;
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
]);

/** A text in quotes without escapes, on one line. */
function readQuoted(text: string): string | undefined {
  const found = /^(?:'([^']*)'|"([^"\\]*)")(?: +#.*)?$/.exec(text);
  return found === null ? undefined : (found[1] ?? found[2]);
}

/** Deeper ones are not written on one line. */
const deepest = 20;

/** `{ type: string }` and `[a, b]` on one line, of simple values only. */
class Flow {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): Json | undefined {
    const value = this.value(0);
    return value !== undefined && /^(?: +#.*)?$/.test(this.text.slice(this.at)) ? value : undefined;
  }

  private value(depth: number): Json | undefined {
    if (depth > deepest) return undefined;
    const first = this.text[this.at];
    if (first === '[') return this.list(depth);
    if (first === '{') return this.object(depth);
    return this.scalar();
  }

  private list(depth: number): Json[] | undefined {
    const list: Json[] = [];
    this.take(/\[ */y);
    while (this.text[this.at] !== ']') {
      const value = this.value(depth + 1);
      if (value === undefined || !this.ends(']')) return undefined;
      list.push(value);
    }
    this.at += 1;
    return list;
  }

  private object(depth: number): JsonObject | undefined {
    const object: JsonObject = {};
    this.take(/\{ */y);
    while (this.text[this.at] !== '}') {
      const name = this.take(/[A-Za-z_$][\w$-]*(?=: )/y);
      if (name === undefined || !isName(name) || Object.hasOwn(object, name)) return undefined;
      this.take(/: +/y);
      const value = this.value(depth + 1);
      if (value === undefined || !this.ends('}')) return undefined;
      object[name] = value;
    }
    this.at += 1;
    return object;
  }

  /** Passes over the comma behind a part; there must be one, or the end. A comma before the end is too odd. */
  private ends(end: string): boolean {
    this.take(/ */y);
    if (this.text[this.at] === end) return true;
    return this.take(/, */y) !== undefined && this.text[this.at] !== end;
  }

  private scalar(): Json | undefined {
    const quoted = this.take(/'[^']*'(?= *[,\]}])|"[^"\\]*"(?= *[,\]}])/y);
    if (quoted !== undefined) return quoted.slice(1, -1);
    const plain = this.take(/[A-Za-z0-9_$./][^,[\]{}:#'"]*/y);
    return plain === undefined ? undefined : readPlain(plain.trimEnd());
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

/** Whether a key is the text that it looks like, and can be set like any other. */
export function isName(key: string): boolean {
  return key !== '__proto__' && !words.has(key);
}
