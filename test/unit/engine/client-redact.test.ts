import { describe, expect, it } from 'vitest';
import {
  isSensitiveHeader,
  redactBody,
  redactHeaders,
  redactUrl,
  redactValue,
} from '../../../src/engine/client-redact.js';

const secret = 'sk_live_51Habc';
const redact = (text: string) => text.replaceAll(secret, '[redacted]');

describe('what is shown', () => {
  it('of an address has no user, no password and no key', () => {
    const url = new URL(
      `https://u:p@api.example.com:8443/v1/${secret}/x?api_key=unknown&page_token=t&access_token=y&monkey=1`,
    );
    expect(redactUrl(url, redact)).toBe(
      'https://api.example.com:8443/v1/[redacted]/x?api_key=[redacted]&page_token=t&access_token=[redacted]&monkey=1',
    );
  });

  it('of headers is not what carries credentials', () => {
    expect(
      redactHeaders({ Authorization: 'x', 'x-api-key': 'x', accept: 'a', 'x-tag': `t ${secret}` }, redact),
    ).toEqual({
      Authorization: '[redacted]',
      'x-api-key': '[redacted]',
      accept: 'a',
      'x-tag': 't [redacted]',
    });
    const carry = [
      'cookie',
      'set-cookie',
      'proxy-authorization',
      'x-auth-token',
      'apikey',
      'x-access-token',
      'x-session-id',
      'private-token',
      'x-hub-signature-256',
    ];
    const others = [
      'accept',
      'content-type',
      'idempotency-key',
      'x-author',
      'x-ratelimit-remaining',
      'authority',
    ];
    expect([...carry, ...others].filter(isSensitiveHeader)).toEqual(carry);
  });

  it('of a value keeps its shape', () => {
    expect(redactValue({ a: [secret, 1, null], [secret]: { b: secret } }, redact)).toEqual({
      a: ['[redacted]', 1, null],
      [secret]: { b: '[redacted]' },
    });
  });

  it('of a body has no tokens, known or new', () => {
    expect(redactBody(`{"access_token": "n\\"ew", "key": "k", "a": "${secret}"}`, 200, redact)).toBe(
      '{"access_token": "[redacted]", "key": "k", "a": "[redacted]"}',
    );
    expect(redactBody('grant_type=x&refresh_token=new&client_secret=s', 200, redact)).toBe(
      'grant_type=x&refresh_token=[redacted]&client_secret=[redacted]',
    );
  });

  it('of a long body is its beginning', () => {
    expect(redactBody('x'.repeat(30), 10, redact)).toBe('xxxxxxxxxx…');
    expect(redactBody(Buffer.from('x'.repeat(100_000)), 10, redact)).toBe('xxxxxxxxxx…');
  });

  it('of a long body never ends in a part of a secret', () => {
    for (let before = 0; before < 30; before += 1) {
      const body = `${'y'.repeat(before)}${secret.repeat(2000)}`;
      expect(redactBody(body, 20, redact).replaceAll('[redacted]', '')).not.toMatch(/sk_/);
    }
  });
});
