import { createHmac, randomUUID } from 'node:crypto';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { OAuth1, Signable } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import { askConsent, type Query } from './consent.js';
import type { Engine } from './engine.js';
import { readAnswer } from './oauth2-answer.js';
import { oauthFetch } from './oauth2-fetch.js';

interface Token {
  readonly key: string;
  readonly secret: string;
}

/** The protocol steps of OAuth 1.0a (RFC 5849), for one account: HMAC-SHA1 signatures, the three-legged dance. */
export function createOAuth1(engine: Engine, binding: AuthBinding): OAuth1 {
  return {
    sign: (config, credentials, request) =>
      authorization(engine, binding, config, request, {
        token: { key: String(credentials['oauth_token']), secret: String(credentials['oauth_token_secret']) },
      }),
    authorize: (config) => authorize(engine, binding, config),
  };
}

async function authorize(engine: Engine, binding: AuthBinding, config: JsonObject): Promise<JsonObject> {
  const address = (name: string) => addressIn(engine, binding, config, name);
  const [requestUri, authorizeUri, tokenUri] = ['requestTokenUri', 'authorizeUri', 'tokenUri'].map(
    address,
  ) as [string, string, string];
  let request: Token = { key: '', secret: '' };
  const { query } = await askConsent(engine, binding, {
    async address(redirectUri) {
      const extra = { oauth_callback: redirectUri };
      const fields = await ask(engine, binding, config, 'request token endpoint', requestUri, { extra });
      request = tokenOf(fields, 'request token');
      const url = new URL(authorizeUri);
      url.searchParams.set('oauth_token', request.key);
      return url.href;
    },
    isAnswer: ({ oauth_verifier: verifier, oauth_token: token, denied }) =>
      verifier !== undefined || token !== undefined || denied !== undefined,
    bareAnswer: (verifier) => ({ oauth_token: request.key, oauth_verifier: verifier }),
    judge: (answer) => checkCallback(answer, request),
  });
  const extra = { oauth_verifier: query['oauth_verifier'] ?? '' };
  return ask(engine, binding, config, 'token endpoint', tokenUri, { token: request, extra });
}

function checkCallback(
  { oauth_verifier: verifier, oauth_token: token, denied }: Query,
  request: Token,
): void {
  if (denied !== undefined) {
    throw new MembraneError('auth/denied', 'consent was not given', { hint: 'connect again, and agree' });
  }
  if (token !== request.key) {
    throw new MembraneError(
      'auth/callback',
      'the answer is not the one that was asked for: its token is another one',
      {
        hint: 'connect again, and use the address that is shown then',
      },
    );
  }
  if (verifier === undefined || verifier === '') {
    throw new MembraneError('auth/callback', 'the answer holds no verifier', { hint: 'connect again' });
  }
}

interface Proof {
  readonly token?: Token;
  /** Parameters of the protocol for this one request. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Sends one request of the dance, and gives the fields of its answer. */
async function ask(
  engine: Engine,
  binding: AuthBinding,
  config: JsonObject,
  name: string,
  url: string,
  proof: Proof,
): Promise<JsonObject> {
  const headers = await authorization(engine, binding, config, { method: 'POST', url }, proof);
  const response = await oauthFetch(engine, binding.signal)(url, { method: 'POST', headers });
  const secrets = [
    String(config['consumerSecret']),
    proof.token?.secret ?? '',
    proof.extra?.['oauth_verifier'] ?? '',
  ];
  const from = `${name} of "${new URL(url).host}"`;
  const { status, type, data, description } = await readAnswer(from, response, secrets);
  if (status < 300 && data !== undefined) return data;
  if (status === 401 || status === 403) {
    throw new MembraneError('auth/client', `the ${from} refuses the request (${status})`, {
      hint: 'check consumer key and consumer secret, the redirect URI of the app at the provider, and the clock of this machine',
      data: { status },
    });
  }
  const said = description === undefined ? type : description;
  throw new MembraneError('auth/server', `the ${from} answered ${status}: ${said}`, {
    hint: 'check its address in "getOAuthConfig", or try again later',
    data: { status },
    class: 'dependency',
  });
}

function tokenOf(fields: JsonObject, what: string): Token {
  const { oauth_token: key, oauth_token_secret: secret } = fields;
  if (typeof key === 'string' && typeof secret === 'string') return { key, secret };
  throw new MembraneError('auth/server', `the answer holds no ${what}`, {
    hint: 'check "requestTokenUri" of "getOAuthConfig"',
    class: 'dependency',
  });
}

/** The header that signs a request (RFC 5849 3.4 and 3.5.1). */
async function authorization(
  engine: Engine,
  binding: AuthBinding,
  config: JsonObject,
  { method, url, form }: Signable,
  { token, extra = {} }: Proof,
): Promise<{ authorization: string }> {
  const { default: OAuth } = await import('oauth-1.0a');
  const oauth = new OAuth({
    consumer: {
      key: textIn(engine, binding, config, 'consumerKey'),
      secret: textIn(engine, binding, config, 'consumerSecret'),
    },
    signature_method: 'HMAC-SHA1',
    hash_function: (base, key) => createHmac('sha1', key).update(base).digest('base64'),
  });
  oauth.getNonce = () => randomUUID().replaceAll('-', '');
  oauth.getTimeStamp = () => Math.floor(engine.ports.clock.now() / 1000);
  // parameters of the protocol are signed with those of the body, and sent in the header
  const signed = oauth.authorize({ method, url, data: { ...form, ...extra } }, token);
  const own = Object.entries(signed).filter(
    ([name]) => name.startsWith('oauth_') && !Object.hasOwn(form ?? {}, name),
  );
  return { authorization: oauth.toHeader(Object.fromEntries(own) as typeof signed).Authorization };
}

function addressIn(engine: Engine, binding: AuthBinding, config: JsonObject, name: string): string {
  const url = textIn(engine, binding, config, name);
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw fault(
    engine,
    binding,
    `"${name}" of "getOAuthConfig" is "${url}", which is no address`,
    'write it as https://…',
  );
}

function textIn(engine: Engine, binding: AuthBinding, config: JsonObject, name: string): string {
  const value = isObject(config) ? config[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  const made = 'is it made of a parameter of the connector that has no value yet?';
  throw fault(engine, binding, `"getOAuthConfig" gives no "${name}"`, made);
}

function fault(
  engine: Engine,
  { integration, auth }: AuthBinding,
  message: string,
  hint: string,
): MembraneError {
  return new MembraneError('auth/config', message, {
    hint,
    span: engine.project.locate(integration.connector, [...auth.at, 'getOAuthConfig']),
    class: 'configuration',
  });
}
