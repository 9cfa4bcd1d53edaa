import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { isObject, type JsonObject } from '../core/json.js';
import type { OAuth2Config } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';
import { addressOf, readSettings, type Settings } from './oauth2-settings.js';

/** Providers take statements of up to an hour; it is used at once. */
const lifetimeSeconds = 300;

/**
 * The signed statement of RFC 7523: who asks (`iss`), for whom (`sub`), whom (`aud`). `privateKey` is a key in PEM,
 * or the JSON of a Google service account, which also says who asks and where.
 */
export async function signAssertion(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<{ assertion: string; settings: Settings; isServiceAccount: boolean }> {
  const account = serviceAccount(config['privateKey']);
  const settings = await readSettings(engine, binding, {
    ...(account === undefined
      ? {}
      : { tokenUri: account['token_uri'] ?? '', clientId: account['client_email'] ?? '' }),
    ...config,
  });
  const pem = account === undefined ? settings.required('privateKey') : String(account['private_key']);
  const issuer = settings.required('clientId');
  const keyId = settings.text('keyId') ?? account?.['private_key_id'];
  const { createPrivateKey, sign } = await import('node:crypto');
  const key = readKey(pem, createPrivateKey, settings);
  const alg = algorithmOf(key, settings);
  const now = Math.floor(engine.ports.clock.now() / 1000);
  const header = { alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = {
    iss: issuer,
    sub: settings.text('subject') ?? issuer,
    aud: settings.text('audience') ?? addressOf(settings, 'tokenUri'),
    iat: now,
    exp: now + lifetimeSeconds,
    jti: engine.ports.ids.next(),
    ...(settings.scope === undefined ? {} : { scope: settings.scope }),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const digest = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`;
  const signature = sign(digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return {
    assertion: `${signed}.${signature.toString('base64url')}`,
    settings,
    isServiceAccount: account !== undefined,
  };
}

/** The file that Google gives for a service account, as it is or parsed. */
function serviceAccount(given: unknown): JsonObject | undefined {
  if (isObject(given)) return given as JsonObject;
  if (typeof given !== 'string' || !given.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(given) as JsonObject;
  } catch {
    return undefined; // then it is no key either, and that is said
  }
}

function readKey(pem: string, createPrivateKey: (pem: string) => KeyObject, settings: Settings): KeyObject {
  try {
    // a key that came through a variable or a form has its line ends written out
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    // the reason would say nothing that helps, and might hold a part of the key
    const hint =
      'give the text of a PEM file (-----BEGIN PRIVATE KEY-----), without a passphrase, or of a service account';
    throw settings.fault('"privateKey" of "getOAuthConfig" is no private key', hint);
  }
}

/** The name in JWS (RFC 7518, RFC 8037) of how a key signs. */
function algorithmOf(
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
  settings: Settings,
): string {
  if (type === 'rsa') return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384' };
  const curve = type === 'ec' ? curves[details?.namedCurve ?? ''] : undefined;
  if (curve !== undefined) return curve;
  throw settings.fault(
    `"privateKey" is of the type ${type}, which is not used for this`,
    'use RSA, P-256, P-384 or Ed25519',
  );
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
