import { isObject } from './json.js';

/** Cuts secrets out of texts, by value, in every form in which they are likely to stand there. */
export interface Redactor {
  redact(text: string): string;
  /** The same for every string, number and key in a JSON value. The given value is not changed. */
  redactValue<T>(value: T): T;
  /** One more secret, such as a token that was just made. */
  add(secret: string): void;
}

export const redacted = '[redacted]';

/**
 * A shorter secret is not looked for: it would be found everywhere, and what is left of a text would say
 * nothing. What protects it is the name of its field (`isSensitive`) or of its header.
 */
export const shortestSecret = 4;

export function createRedactor(secrets: Iterable<string>): Redactor {
  const known = new Set<string>();
  const needles: Needle[] = [];

  function add(secret: string): void {
    // Headers and forms lose the white space around a value.
    for (const text of [secret, secret.trim()]) {
      if (text.length < shortestSecret || known.has(text)) continue;
      known.add(text);
      needles.push(...needlesOf(text));
    }
  }

  function redact(text: string): string {
    const found: Stretch[] = [];
    for (const needle of needles) find(needle, text, found);
    return found.length === 0 ? text : cutOut(text, found);
  }

  function redactAny(value: unknown): unknown {
    if (typeof value === 'string') return redact(value);
    if (typeof value === 'number') return redact(String(value)) === String(value) ? value : redacted;
    if (Array.isArray(value)) return value.map(redactAny);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redactAny(inner)]));
  }

  for (const secret of secrets) add(secret);
  // Strings become strings, objects objects: only a number can change its type, and then it was a secret.
  const redactValue = <T>(value: T) => (needles.length === 0 ? value : (redactAny(value) as T));
  return { redact, redactValue, add };
}

/** Every string in credentials, and numbers of six digits and more, as the texts to look for. */
export function secretStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return String(value).replace(/\D/g, '').length < 6 ? [] : [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretStrings);
}

/** From and to (exclusive) in the text that is searched. */
type Stretch = [from: number, to: number];

/** A text, or a pattern for texts, to look for. */
interface Needle {
  readonly text: string | RegExp;
  /** In base64 the characters beside the text hold some bits of the secret too. */
  readonly left?: boolean;
  readonly right?: boolean;
}

function find({ text: needle, left, right }: Needle, text: string, found: Stretch[]): void {
  // Nearly always it is not there, and that is seen in a fraction of the time.
  if (typeof needle === 'string' ? !text.includes(needle) : text.search(needle) === -1) return;
  for (const [start, end] of typeof needle === 'string' ? places(needle, text) : matches(needle, text)) {
    let [from, to] = [start, end];
    if (left === true && /[\w+-]/.test(text.charAt(from - 1))) from -= 1;
    if (right === true && /[\w+-]/.test(text.charAt(to))) to += 1;
    if (right === true) to = endOfPadding(text, to);
    // In a JSON text the first letter of the secret can be that of an escape: neither half of it is kept.
    const slashes = /\\*$/.exec(text.slice(Math.max(0, from - 8), from))?.[0].length ?? 0;
    found.push([from - (slashes % 2), to]);
  }
}

function endOfPadding(text: string, at: number): number {
  const padding = /(?:=|%(?:25)?3[Dd])*/y;
  padding.lastIndex = at;
  padding.exec(text);
  return padding.lastIndex;
}

/** One step after each hit, because a text can overlap with itself. */
function* places(needle: string, text: string): Generator<Stretch> {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1))
    yield [at, at + needle.length];
}

function* matches(pattern: RegExp, text: string): Generator<Stretch> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    yield [match.index, match.index + match[0].length];
    pattern.lastIndex = match.index + 1;
  }
}

/** Stretches that overlap become one: otherwise the end of one secret would stay behind another. */
function cutOut(text: string, found: Stretch[]): string {
  found.sort((a, b) => a[0] - b[0]);
  let result = '';
  let end = 0;
  found.forEach(([from, to], index) => {
    if (from > end || index === 0) result += text.slice(end, from) + redacted;
    end = Math.max(end, to);
  });
  return result + text.slice(end);
}

function needlesOf(secret: string): Needle[] {
  const hex = [...utf8(secret)].map(hexByte).join('');
  return [
    { text: textPattern(secret) },
    { text: new RegExp(hex, 'gi') },
    ...insideBase64(secret).flatMap((text) => base64Needles(utf8(text))),
  ];
}

/**
 * The secret in JSON or in a URL, or in one within the other. What is encoded and what is not differs from
 * writer to writer, so that every character but letters and digits may stand in any of its forms.
 */
function textPattern(secret: string): string | RegExp {
  if (/^[A-Za-z0-9]*$/.test(secret)) return secret;
  // A run of backslashes is one unit: each for itself would make matching slow.
  const units = secret.match(/\\+|[A-Za-z0-9]+|[^]/gu) ?? [];
  return new RegExp(units.map(unitPattern).join(''), 'g');
}

/** A backslash, which JSON in a URL has encoded. */
const backslash = '(?:\\\\|%(?:25)?5[Cc])';

const shortEscapes: Readonly<Record<string, string>> = {
  '"': literalOrPercent('"'),
  '/': literalOrPercent('/'),
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
};

function unitPattern(unit: string): string {
  if (/^[A-Za-z0-9]/.test(unit)) return unit;
  if (unit.startsWith('\\')) {
    const times = (factor: number) => `${backslash}{${unit.length * factor}}`;
    return `(?:${times(4)}|${times(2)}|${times(1)})`;
  }
  const codes = Array.from({ length: unit.length }, (_, index) => unit.charCodeAt(index));
  const unicode = codes.map((code) => `${backslash}{1,2}u${anyCase(code.toString(16).padStart(4, '0'))}`);
  const forms = [literalOrPercent(unit), unicode.join('')];
  const short = shortEscapes[unit];
  // Escaped once: one backslash before it. Twice: two before a letter, three before a quote.
  if (short !== undefined) forms.push(`${backslash}{1,3}${short}`);
  if (unit === ' ') forms.push('\\+');
  return `(?:${forms.join('|')})`;
}

/** The `%` may be encoded itself: a URL in a URL. */
function literalOrPercent(unit: string): string {
  const percent = [...utf8(unit)].map((byte) => `%(?:25)?${anyCase(hexByte(byte))}`).join('');
  return `(?:${literal(unit)}|${percent})`;
}

/** What may stand in base64: the secret, or its form in JSON (tokens) or in a URL (HTTP Basic of OAuth). */
function insideBase64(secret: string): string[] {
  const percent = (kept: RegExp) =>
    secret.replace(/[^A-Za-z0-9]/gu, (character) =>
      kept.test(character) ? character : percentEncode(character),
    );
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      percent(/[-_.!~*'()]/),
      percent(/[-_.~]/),
      percent(/[-_.* ]/).replaceAll(' ', '+'),
      percent(/ /).replaceAll(' ', '+'),
    ]),
  ];
}

/**
 * The base64 of the bytes, alone or with others around them. Three bytes make four characters, so that there
 * are three ways to lie in the stream. Of each those characters are looked for that hold nothing else.
 */
function base64Needles(bytes: Uint8Array): Needle[] {
  return [0, 1, 2].map((before) => {
    const padded = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes));
    const bits = (before + bytes.length) * 8;
    const certain = padded.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
    const text = /[+/]/.test(certain) ? new RegExp(certain.replace(/[+/]/g, base64Pattern), 'g') : certain;
    return { text, left: before !== 0, right: bits % 6 !== 0 };
  });
}

/** The two characters that differ in URLs: replaced (base64url) or encoded. */
function base64Pattern(character: string): string {
  return character === '+' ? '(?:[+-]|%(?:25)?2[Bb]|\\\\{1,2}u002[Bb])' : '(?:\\\\{0,3}/|_|%(?:25)?2[Ff])';
}

function percentEncode(character: string): string {
  return [...utf8(character)].map((byte) => `%${hexByte(byte).toUpperCase()}`).join('');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
