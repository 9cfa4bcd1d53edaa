// oxlint-disable typescript/no-explicit-any -- code of the project hands in anything
import type { GuestLink } from './sandbox-guest-link.js';

export type GuestBytes = ReturnType<typeof guestBytes>;

/** Runs inside the sandbox: bytes and texts. QuickJS has the language, and nothing of the Web. */
export function guestBytes({ define }: Pick<GuestLink, 'define'>) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const values = new Map([...alphabet].map((character, index) => [character.charCodeAt(0), index]));

  class TextEncoder {
    readonly encoding = 'utf-8';
    encode(text = ''): Uint8Array {
      const bytes: number[] = [];
      for (const character of String(text)) {
        let code = character.codePointAt(0) as number;
        if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd; // half a pair
        if (code < 0x80) bytes.push(code);
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), rest(code));
        else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), rest(code >> 6), rest(code));
        else bytes.push(0xf0 | (code >> 18), rest(code >> 12), rest(code >> 6), rest(code));
      }
      return new Uint8Array(bytes);
    }
  }

  class TextDecoder {
    readonly encoding = 'utf-8';
    constructor(label = 'utf-8') {
      if (!/^utf-?8$/i.test(label)) throw new RangeError(`TextDecoder knows utf-8, not "${label}"`);
    }
    decode(input: unknown = new Uint8Array()): string {
      const bytes = view(input);
      let text = '';
      for (let at = 0; at < bytes.length;) {
        const [code, length] = readCharacter(bytes, at);
        if (code !== 0xfeff || at !== 0) text += String.fromCodePoint(code);
        at += length;
      }
      return text;
    }
  }

  /** A code point and how many bytes it takes; what is no UTF-8 is U+FFFD, a byte at a time. */
  function readCharacter(bytes: Uint8Array, at: number): [number, number] {
    const first = bytes[at] as number;
    const length =
      first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return [0xfffd, 1];
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let next = at + 1; next < at + length; next += 1) {
      const byte = bytes[next] as number;
      if ((byte & 0xc0) !== 0x80) return [0xfffd, 1];
      code = (code << 6) | (byte & 0x3f);
    }
    const smallest = [0, 0, 0x80, 0x800, 0x10000][length] as number;
    const wrong = code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
    return wrong ? [0xfffd, 1] : [code, length];
  }

  function rest(code: number): number {
    return 0x80 | (code & 0x3f);
  }

  function view(input: any): Uint8Array {
    if (typeof input === 'string') return new TextEncoder().encode(input);
    if (input instanceof ArrayBuffer) return new Uint8Array(input);
    if (ArrayBuffer.isView(input))
      return new Uint8Array(input.buffer, input.byteOffset, input.byteLength) as never;
    throw new TypeError('bytes are a text, an ArrayBuffer or a typed array');
  }

  function toBase64(input: unknown): string {
    const bytes = view(input);
    const text: string[] = [];
    for (let at = 0; at < bytes.length; at += 3) {
      const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
      text.push(alphabet.charAt(a >> 2), alphabet.charAt(((a & 3) << 4) | ((b ?? 0) >> 4)));
      text.push(b === undefined ? '=' : alphabet.charAt(((b & 15) << 2) | ((c ?? 0) >> 6)));
      text.push(c === undefined ? '=' : alphabet.charAt(c & 63));
    }
    return text.join('');
  }

  function fromBase64(text: string): Uint8Array {
    const bare = text.replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
    const bytes = new Uint8Array(Math.floor((bare.length * 3) / 4));
    let [bits, kept, at] = [0, 0, 0];
    for (let index = 0; index < bare.length; index += 1) {
      const value = values.get(bare.charCodeAt(index));
      if (value === undefined || bare.length % 4 === 1) throw new TypeError('the text is no base64');
      bits = ((bits << 6) | value) & 0xffff;
      kept += 6;
      if (kept < 8) continue;
      kept -= 8;
      bytes[at] = (bits >> kept) & 0xff;
      at += 1;
    }
    return bytes;
  }

  define('TextEncoder', TextEncoder);
  define('TextDecoder', TextDecoder);
  define('atob', (text: unknown) =>
    Array.from(fromBase64(String(text)), (byte) => String.fromCharCode(byte)).join(''),
  );
  define('btoa', (given: unknown) => {
    const text = String(given);
    if (/[^\0-\xff]/.test(text))
      throw new TypeError('btoa takes characters up to U+00FF; encode the text first');
    return toBase64(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  });

  return { view, toBase64, fromBase64, decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes) };
}
