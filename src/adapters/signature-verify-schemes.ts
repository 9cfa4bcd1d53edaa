import type { IncomingRequest, Signature } from '../core/webhook.js';

/** What a scheme of signatures comes to when all its defaults are filled in. */
export interface Scheme {
  readonly header: string;
  readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly encoding: 'hex' | 'base64' | 'base64url';
  readonly prefix: string;
  readonly content: string;
  readonly timestampHeader?: string | undefined;
  readonly idHeader?: string | undefined;
  /** Splits the header into signatures, and what else stands in it. */
  readonly read: (header: string) => Read;
  readonly key: (secret: string) => string | Uint8Array;
}

interface Read {
  /** With the prefix, each in the encoding. */
  readonly signatures: readonly string[];
  readonly timestamp?: string | undefined;
}

type Defaults = Pick<Scheme, 'header'> & Partial<Scheme>;

const presets: Readonly<Record<Signature['type'], Defaults>> = {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  github: { header: 'x-hub-signature-256', prefix: 'sha256=', idHeader: 'x-github-delivery' },
  // https://docs.stripe.com/webhooks/signature
  stripe: { header: 'stripe-signature', content: '{timestamp}.{body}', read: readStripe },
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  slack: {
    header: 'x-slack-signature',
    prefix: 'v0=',
    content: 'v0:{timestamp}:{body}',
    timestampHeader: 'x-slack-request-timestamp',
  },
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  'standard-webhooks': {
    header: 'webhook-signature',
    encoding: 'base64',
    prefix: 'v1,',
    content: '{id}.{timestamp}.{body}',
    timestampHeader: 'webhook-timestamp',
    idHeader: 'webhook-id',
    read: (header) => ({ signatures: header.split(' ') }),
    key: standardKey,
  },
  hmac: { header: 'x-signature' },
};

export function schemeOf({ type, ...declared }: Signature): Scheme {
  const scheme: Scheme = {
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    content: '{body}',
    read: (header) => ({ signatures: header.split(/[,\s]+/) }),
    key: (secret) => secret,
    ...presets[type],
  };
  const given = Object.entries(declared).filter(([, value]) => value !== undefined);
  return { ...scheme, ...Object.fromEntries(given) };
}

/** The value of a header whose name may be declared in any case. */
export function headerOf({ headers }: IncomingRequest, name: string | undefined): string | undefined {
  return name === undefined ? undefined : headers[name.toLowerCase()];
}

/** `t=1492774577,v1=HEX,v1=HEX,v0=HEX`: of several secrets there are several `v1`. */
function readStripe(header: string): Read {
  const signatures: string[] = [];
  let timestamp: string | undefined;
  for (const part of header.split(',')) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === 't') timestamp = value;
    if (name === 'v1') signatures.push(value);
  }
  return { signatures, timestamp: timestamp ?? '' };
}

/** Keys are base64 with `whsec_` before it; some senders take any text for one. */
function standardKey(secret: string): string | Uint8Array {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
}
