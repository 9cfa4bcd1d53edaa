import { createHmac } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { startServer, type Answer, type Received } from './server.js';

/** What a provider of OAuth 1.0a saw, and what it would not accept. */
export interface OAuth1Server {
  readonly url: string;
  readonly refused: readonly string[];
  /** What the person decides who is sent to `authorizeUri`. */
  decide(url: string): URLSearchParams;
}

const consumer = { key: 'consumer', secret: 'consumer & secret' };
const request = { key: 'request-token', secret: 'request-secret' };
const access = { key: 'access-token', secret: 'access/secret+1' };

/** Checks every signature with a reading of RFC 5849 of its own. */
export async function startOAuth1Server(now: () => number): Promise<OAuth1Server> {
  const refused: string[] = [];
  const nonces = new Set<string>();
  let callback = '';
  const guarded =
    (token: { key: string; secret: string } | undefined, answer: (fields: Fields) => string): Answer =>
    (response, received) => {
      const fields = fieldsOf(received);
      const wrong = whatIsWrong(received, fields, token, nonces, now());
      if (wrong !== undefined) refused.push(wrong);
      if (wrong !== undefined) return void response.writeHead(401).end(wrong);
      const body = answer(fields);
      const type = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
      response.writeHead(200, { 'content-type': type }).end(body);
    };
  const server = await startServer({
    'POST /request': guarded(undefined, (fields) => {
      callback = fields['oauth_callback'] ?? '';
      return `oauth_token=${request.key}&oauth_token_secret=${request.secret}&oauth_callback_confirmed=true`;
    }),
    'POST /access': guarded(request, (fields) =>
      fields['oauth_verifier'] === 'verifier'
        ? `oauth_token=${access.key}&oauth_token_secret=${encodeURIComponent(access.secret)}&user=ada`
        : '{}',
    ),
    '/me': guarded(access, () => '{"user":"ada"}'),
    '/notes': guarded(access, () => '{"ok":true}'),
  });
  onTestFinished(() => server.close());
  return {
    url: server.url,
    refused,
    decide(url) {
      const token = new URL(url).searchParams.get('oauth_token') ?? '';
      const answer = new URL(callback);
      answer.searchParams.set('oauth_token', token);
      answer.searchParams.set('oauth_verifier', 'verifier');
      return answer.searchParams;
    },
  };
}

type Fields = Record<string, string>;

function fieldsOf({ headers }: Received): Fields {
  const header = String(headers['authorization'] ?? '').replace(/^OAuth /, '');
  return Object.fromEntries(
    header.split(/,\s*/).flatMap((pair) => {
      const [, name = '', value = ''] = /^(\w+)="(.*)"$/.exec(pair) ?? [];
      return name === '' ? [] : [[name, decodeURIComponent(value)]];
    }),
  );
}

function whatIsWrong(
  received: Received,
  fields: Fields,
  token: { key: string; secret: string } | undefined,
  nonces: Set<string>,
  now: number,
): string | undefined {
  const { oauth_signature: signature, ...signed } = fields;
  if (fields['oauth_consumer_key'] !== consumer.key) return 'consumer';
  if (fields['oauth_token'] !== token?.key) return 'token';
  if (Math.abs(Number(fields['oauth_timestamp']) * 1000 - now) > 60_000) return 'timestamp';
  if (nonces.has(fields['oauth_nonce'] ?? '')) return 'nonce';
  nonces.add(fields['oauth_nonce'] ?? '');
  const url = new URL(received.path, `http://${String(received.headers['host'])}`);
  const isForm = String(received.headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const pairs = [
    ...Object.entries(signed),
    ...url.searchParams,
    ...(isForm ? new URLSearchParams(received.body) : []),
  ].map(([name, value]) => [encode(name), encode(value)] as const);
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  const parameters = pairs.map((pair) => pair.join('=')).join('&');
  const base = [received.method, encode(url.origin + url.pathname), encode(parameters)].join('&');
  const key = `${encode(consumer.secret)}&${encode(token?.secret ?? '')}`;
  return createHmac('sha1', key).update(base).digest('base64') === signature ? undefined : 'signature';
}

/** RFC 5849 3.6. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
