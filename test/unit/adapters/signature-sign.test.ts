import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { signSignature } from '../../../src/adapters/signature-sign.js';
import { failure } from '../engine/world.js';

const what = { id: 'msg_1', time: Date.now(), body: '{"text":"Grüße"}' };

it('is what the public library expects, and a digest of the body with the same key', () => {
  const keys: [string, Buffer][] = [
    ['any text, also ünlike others', Buffer.from('any text, also ünlike others')],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
  ];
  for (const [secret, key] of keys) {
    const headers = signSignature(secret, what);
    expect(new Webhook(key, { format: 'raw' }).verify(what.body, headers)).toEqual({ text: 'Grüße' });
    expect(headers['x-signature']).toBe(createHmac('sha256', key).update(what.body).digest('hex'));
  }
});

it('is that of the documented example', () => {
  const headers = signSignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    time: 1_614_265_330_000,
    body: '{"test": 2432232314}',
  });
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('needs a secret that is one', async () => {
  const sign = async (secret: string) => signSignature(secret, what);
  expect(await failure(sign(''))).toEqual({
    code: 'config/secret',
    message: 'the secret that signs what is sent is empty',
    hint: 'give it any text that nobody can guess',
  });
  expect(await failure(sign('whsec_%%'))).toEqual({
    code: 'config/secret',
    message: 'the secret that signs what is sent begins with "whsec_", and what follows is no base64',
    hint: 'make one: openssl rand -base64 32',
  });
});
