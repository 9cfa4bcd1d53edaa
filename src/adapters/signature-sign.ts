import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { MembraneError } from '../core/error.js';
import type { Signatures } from '../core/webhook.js';

/**
 * Headers that prove that a text is ours: `x-signature`, the HMAC-SHA256 of the body in hex, and those of
 * https://www.standardwebhooks.com. Both have the same key. Rejects with `config/secret` where the secret is none.
 */
export const signSignature: Signatures['sign'] = (secret, { id, time, body }) => {
  const key = keyOf(secret);
  const seconds = Math.floor(time / 1000);
  return {
    'x-signature': createHmac('sha256', key).update(body).digest('hex'),
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': new Webhook(key, { format: 'raw' }).sign(id, new Date(seconds * 1000), body),
  };
};

const prefix = 'whsec_';

/** What follows `whsec_` is base64, as that standard has it; any other text is the key as it stands. */
function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(prefix)) {
    if (secret !== '') return Buffer.from(secret, 'utf8');
    throw unusable('is empty', 'give it any text that nobody can guess');
  }
  const text = secret.slice(prefix.length);
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw unusable(
    `begins with "${prefix}", and what follows is no base64`,
    'make one: openssl rand -base64 32',
  );
}

function unusable(what: string, hint: string): MembraneError {
  return new MembraneError('config/secret', `the secret that signs what is sent ${what}`, {
    hint,
    class: 'configuration',
  });
}
