import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, secretStrings } from '../../../src/core/redact.js';

const token = 'sk_live-9f/Q+x= 7"é\n\\';

const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inForm = (text: string) => new URLSearchParams({ v: text }).toString().slice(2);
const hexCode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
const forOAuth = (text: string) => inForm(text).replace(/[-_.*]/g, hexCode);
const inBase64 = (text: string) => Buffer.from(text).toString('base64');

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  encodeURIComponent,
  'encodeURIComponent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  encodeURI,
  'small letters after the %': (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  form: inForm,
  'OAuth client': forOAuth,
  JSON: inJson,
  'JSON in JSON': (text) => inJson(inJson(text)),
  'JSON with escaped slashes': (text) => inJson(text).replaceAll('/', '\\/'),
  'JSON in ASCII': (text) => inJson(text).replace(/[^ -~]/g, unicode),
  'JSON in ASCII, large letters': (text) =>
    inJson(text).replace(/[^ -~]/g, (character) => unicode(character).toUpperCase().replace('U', 'u')),
  'JSON for HTML': (text) => inJson(text).replace(/[+=<>&]/g, unicode),
  'JSON in a URL': (text) => encodeURIComponent(inJson(text)),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex, large letters': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  base64: inBase64,
  'base64 without padding': (text) => inBase64(text).replace(/=+$/, ''),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 in a URL': (text) => encodeURIComponent(inBase64(text)),
  'base64 in JSON': (text) => inBase64(text).replaceAll('/', '\\/'),
  'base64 of JSON': (text) => inBase64(inJson(text)),
  'base64 of a form': (text) => inBase64(inForm(text)),
  'base64 of the OAuth form': (text) => inBase64(forOAuth(text)),
};

const names = Object.keys(encodings);
const secrets = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter((text) => text.trim() === text);
const around = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('redact', () => {
  it.each(names)('cuts out a secret: %s', (name) => {
    const encoded = encodings[name]?.(token) ?? '';
    expect(createRedactor([token]).redact(`before ${encoded}, after`)).toBe('before [redacted], after');
  });

  it.each(names)('leaves nothing of any secret: %s', (name) => {
    const encode = encodings[name] ?? String;
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const encoded = encode(secret);
        const shown = createRedactor([secret]).redact(`${before}${encoded}${after}`);
        expect(shown.split('[redacted]').filter((rest) => rest.includes(encoded))).toEqual([]);
      }),
    );
  });

  it('leaves nothing of a secret amid other bytes in base64', () => {
    fc.assert(
      fc.property(
        secrets,
        around,
        around,
        fc.constantFrom('base64', 'base64url'),
        (secret, before, after, encoding) => {
          fc.pre(!`${before}${after}`.includes(secret));
          const text = Buffer.from(before + secret + after).toString(encoding as 'base64');
          const shown = createRedactor([secret]).redact(text);
          // Whatever way the rest is read, the secret is not in there.
          const readings = shown
            .split('[redacted]')
            .flatMap((rest) => [0, 1, 2, 3].map((skip) => Buffer.from(rest.slice(skip), 'base64')));
          expect(readings.filter((bytes) => bytes.includes(Buffer.from(secret)))).toEqual([]);
        },
      ),
    );
  });

  it('cuts out HTTP Basic', () => {
    const header = (user: string) => `Authorization: Basic ${inBase64(`${user}:pass-word-1`)}`;
    const { redact } = createRedactor(['pass-word-1']);
    expect([header('a'), header('ab'), header('abc')].map(redact)).toEqual([
      'Authorization: Basic YT[redacted]',
      'Authorization: Basic YWI6[redacted]',
      'Authorization: Basic YWJjO[redacted]',
    ]);
  });

  it('cuts out secrets that overlap, and every one that occurs', () => {
    expect(createRedactor(['abcd1', 'cd1ef', 'abcd1x']).redact('abcd1ef, abcd1xy, abcd1abcd1 abcd')).toBe(
      '[redacted], [redacted]y, [redacted] abcd',
    );
  });

  it('leaves secrets of less than four characters where they are', () => {
    expect(createRedactor(['', 'a', 'abc', ' abc ']).redact('a b c abc')).toBe('a b c abc');
  });

  it('finds a secret without the white space around it', () => {
    expect(createRedactor([' token1\n']).redact('Bearer token1')).toBe('Bearer [redacted]');
  });

  it('learns secrets', () => {
    const redactor = createRedactor([]);
    expect(redactor.redact('new-token')).toBe('new-token');
    redactor.add('new-token');
    expect(redactor.redact('new-token')).toBe('[redacted]');
  });

  it('leaves JSON texts valid', () => {
    expect(createRedactor(['ntoken', '"quoted"']).redact(JSON.stringify(['\ntoken', 'a "quoted" b']))).toBe(
      '["[redacted]","a [redacted] b"]',
    );
  });
});

describe('redactValue', () => {
  it('goes through the whole value and leaves it as it was', () => {
    const value = {
      list: ['a token1 b', 1234567, 12, true, null],
      'token1 key': { inner: 'token1' },
      none: undefined,
    };
    const copy = structuredClone(value);
    const shown: unknown = createRedactor(['token1', '1234567']).redactValue(value);
    expect(shown).toEqual({
      list: ['a [redacted] b', '[redacted]', 12, true, null],
      '[redacted] key': { inner: '[redacted]' },
      none: undefined,
    });
    expect(value).toEqual(copy);
  });
});

describe('secretStrings', () => {
  it('collects strings and long numbers', () => {
    const credentials = {
      token: 't',
      pin: 12345,
      account: 123456,
      nested: [{ key: 'k' }, 'l', -12345.6],
      on: true,
      no: null,
    };
    expect(secretStrings(credentials)).toEqual(['t', '123456', 'k', 'l', '-12345.6']);
  });

  it('takes any value', () => {
    expect([secretStrings('text'), secretStrings(undefined), secretStrings(1e21)]).toEqual([
      ['text'],
      [],
      [],
    ]);
  });
});
