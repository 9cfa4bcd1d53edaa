import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { listenForCallback } from '../../../src/adapters/callback-http.js';
import type { CallbackPage } from '../../../src/core/callbacks.js';

const page: CallbackPage = { ok: true, title: 'App <b>"&\' has answered', text: 'Go on.' };

/** Listens, and remembers what came. */
async function listening(
  redirectUri?: string,
  answer: (query: object) => CallbackPage | undefined = () => page,
) {
  const received: object[] = [];
  const listener = await listenForCallback(redirectUri, (query) => {
    received.push(query);
    return answer(query);
  });
  if (listener === undefined) throw new Error('it does not listen');
  onTestFinished(() => listener.close());
  return { ...listener, received };
}

it('listens on a free port of this machine, and shows what happened', async () => {
  const { redirectUri, received } = await listening();
  expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const response = await fetch(`${redirectUri}?code=a%20b&state=s`);
  expect(received).toEqual([{ code: 'a b', state: 's' }]);
  const { 'content-type': type, date: _, ...headers } = Object.fromEntries(response.headers);
  expect([response.status, type, headers]).toEqual([
    200,
    'text/html; charset=utf-8',
    {
      'cache-control': 'no-store',
      connection: 'close',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'transfer-encoding': 'chunked',
      'x-content-type-options': 'nosniff',
    },
  ]);
  expect(await response.text()).toBe(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>App &lt;b&gt;&quot;&amp;&#39; has answered</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; color: #176b3a; }
</style>
<h1>App &lt;b&gt;&quot;&amp;&#39; has answered</h1>
<p>Go on.</p>
</html>
`);
});

it('answers to its path and to a browser of this machine only', async () => {
  const { redirectUri, received } = await listening();
  const { port, origin } = new URL(redirectUri);
  const status = async (url: string, more: RequestInit = {}) => (await fetch(url, more)).status;
  expect(await status(`${origin}/favicon.ico`)).toBe(404);
  expect(await status(`${origin}//evil.example/callback`)).toBe(404);
  expect(await status(redirectUri, { method: 'POST', body: 'code=c' })).toBe(405);
  // a page of another site, whose name leads here
  const foreign = await new Promise<number | undefined>((resolve) => {
    const options = { port, host: '127.0.0.1', path: '/callback?code=c', headers: { host: 'evil.example' } };
    request(options, (response) => resolve(response.resume().statusCode)).end();
  });
  expect([foreign, received]).toEqual([404, []]);
});

it('goes on waiting after what is no answer', async () => {
  const { redirectUri, received } = await listening(undefined, (query) =>
    'code' in query ? page : undefined,
  );
  expect((await fetch(redirectUri)).status).toBe(400);
  expect((await fetch(`${redirectUri}?code=c`)).status).toBe(200);
  expect(received).toEqual([{}, { code: 'c' }]);
});

it('keeps to the registered address, to the letter', async () => {
  const first = await listening();
  const { port } = new URL(first.redirectUri);
  await first.close();
  const registered = `http://LOCALHOST:${port}/Signed%20in`;
  const { redirectUri } = await listening(registered);
  expect(redirectUri).toBe(registered);
  expect((await fetch(`${registered}?code=c`)).status).toBe(200);
  const taken = listenForCallback(registered, () => page);
  await expect(taken).rejects.toMatchObject({
    code: 'auth/port',
    message: `port ${port} is taken, where the answer should arrive`,
  });
});

it('does not listen where the registered address is elsewhere', async () => {
  for (const elsewhere of [
    'https://app.example/callback',
    'https://127.0.0.1:1/x',
    'http://10.0.0.1:1/x',
    'myapp:/callback',
  ]) {
    expect(await listenForCallback(elsewhere, () => page)).toBeUndefined();
  }
});

it('closes at once, whatever a browser holds open', async () => {
  const { redirectUri, close } = await listening();
  const { port } = new URL(redirectUri);
  const { connect } = await import('node:net');
  const held = connect(Number(port), '127.0.0.1').on('error', () => undefined);
  await new Promise((resolve) => held.once('connect', resolve));
  await close();
  await expect(fetch(redirectUri)).rejects.toThrow('fetch failed');
  held.destroy();
});
