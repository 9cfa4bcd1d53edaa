import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createSignatures } from '../../../src/adapters/signatures.js';
import type { IncomingRequest, Signature, Verdict } from '../../../src/core/webhook.js';

const now = Date.UTC(2030, 0, 1);
const seconds = now / 1000;
const signatures = createSignatures();

function check(
  signature: Signature,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
  more: Partial<IncomingRequest> & { url?: string } = {},
): Verdict {
  const { url = 'https://hooks.example.com/webhooks/hooks/t', ...rest } = more;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const request = {
    method: 'POST',
    path: '/',
    query: {},
    search: '',
    remote: '',
    headers,
    body: bytes,
    ...rest,
  };
  return signatures.verify(signature, request, now, url);
}

const hex = (secret: string | Uint8Array, text: string | Uint8Array, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(text).digest('hex');
const no = (why: string): Verdict => ({ ok: false, why });
const wrong = no('the signature is not right');

describe('github', () => {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const signature = { type: 'github', secret: "It's a Secret to Everybody" } as const;
  const header = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it('takes the documented example, and knows the delivery by its id', () => {
    expect(check(signature, { 'x-hub-signature-256': header }, 'Hello, World!')).toEqual({ ok: true });
    const headers = { 'x-hub-signature-256': header, 'x-github-delivery': '72d3162e' };
    expect(check(signature, headers, 'Hello, World!')).toEqual({ ok: true, deliveryId: '72d3162e' });
  });

  it('takes neither another body, another secret, another form nor nothing', () => {
    const headers = { 'x-hub-signature-256': header };
    expect([
      check(signature, headers, 'Hello, World?'),
      check({ ...signature, secret: 'another' }, headers, 'Hello, World!'),
      check(signature, { 'x-hub-signature-256': header.slice(7) }, 'Hello, World!'),
      check(signature, { 'x-hub-signature-256': 'sha256=' }, 'Hello, World!'),
      check(signature, { 'x-hub-signature-256': `${header}00` }, 'Hello, World!'),
      check(signature, { 'x-hub-signature-256': 'sha256=ü' }, 'Hello, World!'),
      check(signature, { 'x-hub-signature': header }, 'Hello, World!'),
      check({ ...signature, secret: '' }, headers, 'Hello, World!'),
      check({ ...signature, secret: [] }, headers, 'Hello, World!'),
    ]).toEqual([
      wrong,
      wrong,
      no('the header "x-hub-signature-256" holds no signature as it should be'),
      no('the header "x-hub-signature-256" holds no signature as it should be'),
      wrong,
      wrong,
      no('the header "x-hub-signature-256" is missing'),
      no('the secret of its signature is not set'),
      no('the secret of its signature is not set'),
    ]);
  });

  it('tries the old and the new secret', () => {
    const headers = { 'x-hub-signature-256': header };
    expect(check({ ...signature, secret: ['new', signature.secret] }, headers, 'Hello, World!')).toEqual({
      ok: true,
    });
  });
});

describe('stripe', () => {
  const signature = { type: 'stripe', secret: 'whsec_test' } as const;
  const body = '{"id":"evt_1"}';
  const v1 = hex('whsec_test', `${seconds}.${body}`);
  const by = (header: string, text = body) => check(signature, { 'stripe-signature': header }, text);

  it('takes any of several v1, and looks at no other scheme', () => {
    expect([
      by(`t=${seconds},v1=${v1}`),
      by(`t=${seconds},v1=${'0'.repeat(64)},v1=${v1},v0=abc`),
      by(`t=${seconds}, v1=${v1}`),
    ]).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect([
      by(`t=${seconds},v0=${v1}`),
      by(`t=${seconds},v1=${'0'.repeat(64)}`),
      by(`t=${seconds},v1=${v1}`, `${body} `),
      by(`v1=${v1}`),
      by(`t=,v1=${v1}`),
      by(`t=soon,v1=${v1}`),
      by(`t=${seconds - 1},v1=${v1}`),
      by(''),
      by(`t=${seconds}${`,v1=${v1}`.repeat(17)}`),
    ]).toEqual([
      no('the header "stripe-signature" holds no signature as it should be'),
      wrong,
      wrong,
      no('the time of the request is no number'),
      no('the time of the request is no number'),
      no('the time of the request is no number'),
      wrong,
      no('the header "stripe-signature" holds no signature as it should be'),
      no('the header "stripe-signature" holds no signature as it should be'),
    ]);
  });

  it('takes no request that is old, or from the future', () => {
    const at = (time: number, toleranceSeconds?: number) =>
      check(
        { ...signature, ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }) },
        { 'stripe-signature': `t=${time},v1=${hex('whsec_test', `${time}.${body}`)}` },
        body,
      );
    expect([at(seconds - 300), at(seconds + 300), at(seconds - 3600, 3600)]).toEqual(
      Array(3).fill({ ok: true }),
    );
    expect([at(seconds - 301), at(seconds + 301), at(seconds - 11, 10)]).toEqual([
      no('the time of the request is 301 s ago, and 300 s are allowed'),
      no('the time of the request is in 301 s, and 300 s are allowed'),
      no('the time of the request is 11 s ago, and 10 s are allowed'),
    ]);
  });
});

describe('slack', () => {
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  const signature = { type: 'slack', secret: '8f742231b10e8888abcd99yyyzzz85a5' } as const;
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = {
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };

  it('takes the documented example while it is new', () => {
    const tolerant = { ...signature, toleranceSeconds: 1e9 };
    expect(check(tolerant, headers, body)).toEqual({ ok: true });
    expect(check(tolerant, headers, `${body}&more`)).toEqual(wrong);
    expect(check(signature, headers, body)).toEqual(
      no(`the time of the request is ${seconds - 1531420618} s ago, and 300 s are allowed`),
    );
  });

  it('wants a time', () => {
    const { 'x-slack-signature': only } = headers;
    expect(check(signature, { 'x-slack-signature': only }, body)).toEqual(
      no('the header "x-slack-request-timestamp" is missing'),
    );
  });
});

describe('standard-webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const signature = { type: 'standard-webhooks', secret } as const;
  const body = '{"test": 2432232314}';
  const signed = (by = secret, time = now, text = body) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(time / 1000),
    'webhook-signature': new Webhook(by).sign('msg_1', new Date(time), text),
  });

  it('takes what the public library has signed, with one secret of several', () => {
    expect(check(signature, signed(), body)).toEqual({ ok: true, deliveryId: 'msg_1' });
    const other = 'whsec_b3RoZXIgc2VjcmV0';
    const both = `${signed(other)['webhook-signature']} ${signed()['webhook-signature']}`;
    expect(check(signature, { ...signed(), 'webhook-signature': both }, body).ok).toBe(true);
    expect(check({ ...signature, secret: [other, secret] }, signed(), body).ok).toBe(true);
  });

  it('takes what we have signed, also with a secret that is no base64', () => {
    const own = signatures.sign('any text', { id: 'msg_2', time: now, body });
    expect(check({ ...signature, secret: 'any text' }, own, body)).toEqual({ ok: true, deliveryId: 'msg_2' });
    expect(check({ type: 'hmac', secret: 'any text' }, own, body)).toEqual({ ok: true });
  });

  it('takes nothing else', () => {
    const { 'webhook-id': id, ...unnamed } = signed();
    expect([
      check(signature, signed('whsec_b3RoZXIgc2VjcmV0'), body),
      check(signature, signed(), `${body} `),
      check(signature, { ...signed(), 'webhook-id': 'msg_2' }, body),
      check(signature, signed(secret, now - 301_000), body),
      check(signature, unnamed, body),
      check(
        signature,
        { ...signed(), 'webhook-signature': signed()['webhook-signature'].replace('v1', 'v1a') },
        body,
      ),
      check({ ...signature, secret: 'whsec_' }, signed(), body),
    ]).toEqual([
      wrong,
      wrong,
      wrong,
      no('the time of the request is 301 s ago, and 300 s are allowed'),
      no('the header "webhook-id" is missing'),
      no('the header "webhook-signature" holds no signature as it should be'),
      no('the secret of its signature is not set'),
    ]);
    expect(id).toBe('msg_1');
  });
});

describe('hmac', () => {
  const secret = 'key';

  it('has every algorithm and encoding', () => {
    for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        const right = createHmac(algorithm, secret).update('body').digest(encoding);
        const signature = {
          type: 'hmac',
          secret,
          algorithm,
          encoding,
          header: 'X-Proof',
          prefix: 'p:',
        } as const;
        expect(check(signature, { 'x-proof': `p:${right}` }, 'body')).toEqual({ ok: true });
        expect(check(signature, { 'x-proof': `p:${right.replace(/=+$/, '')}` }, 'body')).toEqual({
          ok: true,
        });
        expect(check(signature, { 'x-proof': `p:A${right.slice(1)}=` }, 'body').ok).toBe(
          right.startsWith('A'),
        );
      }
    expect(
      check({ type: 'hmac', secret }, { 'x-signature': hex(secret, 'body').toUpperCase() }, 'body').ok,
    ).toBe(true);
  });

  it('signs what is declared: time, id, method, address and body, byte for byte', () => {
    const signature: Signature = {
      type: 'hmac',
      secret,
      timestampHeader: 'X-Time',
      idHeader: 'X-Id',
      content: '{method}{url}{timestamp}|{id}|{body}',
    };
    const body = new Uint8Array([0xff, 0x00, 0x7b, 0x62, 0xc3]);
    const url = 'https://hooks.example.com/webhooks/hooks/t?a=1';
    const text = Buffer.concat([Buffer.from(`POST${url}${now}|7|`), body]);
    const headers = { 'x-time': String(now), 'x-id': '7', 'x-signature': hex(secret, text) };
    expect(check(signature, headers, body, { url })).toEqual({ ok: true, deliveryId: '7' });
    expect(check(signature, headers, body, { url: `${url}2` })).toEqual(wrong);
    expect(check(signature, headers, body, { url, method: 'PUT' })).toEqual(wrong);
    expect(check(signature, { ...headers, 'x-time': '12:00' }, body, { url })).toEqual(
      no('the time of the request is no number'),
    );
    expect(check({ ...signature, content: '{id}{body}', idHeader: 'X-No' }, headers, body, { url })).toEqual(
      no('the header "X-No" is missing'),
    );
  });

  it('takes no {placeholder} out of what was sent', () => {
    const headers = { 'x-signature': hex(secret, '{id}') };
    expect(check({ type: 'hmac', secret }, headers, '{id}')).toEqual({ ok: true });
  });
});
