import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../../../src/cli/browser.js';
import { consentOf } from '../../../src/cli/consent.js';
import { MembraneError } from '../../../src/core/error.js';
import type { Visit } from '../../../src/core/oauth.js';
import { fakePrompts, fakeSession } from './fake-session.js';

const visit: Visit = {
  url: 'https://idp.example/authorize?state=s',
  redirectUri: 'http://127.0.0.1:5000/callback',
  listening: true,
  until: Date.now() + 300_000,
};

it('knows whether a browser would be seen', () => {
  const cases: [Record<string, string>, NodeJS.Platform, boolean][] = [
    [{}, 'darwin', true],
    [{}, 'win32', true],
    [{}, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'linux', true],
    [{ DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1' }, 'linux', false],
    [{ SSH_TTY: '/dev/pts/0' }, 'darwin', false],
    [{ DISPLAY: ':0', CI: '1' }, 'linux', false],
    [{ BROWSER: 'lynx', SSH_TTY: '/dev/pts/0' }, 'linux', true],
  ];
  expect(cases.map(([env, platform]) => hasBrowser(env, platform))).toEqual(cases.map(([, , seen]) => seen));
});

it('chooses the way by the options and by what is there', () => {
  const ways = (env: Record<string, string>) => {
    const session = fakeSession({ env });
    return [{}, { browser: false }, { device: true }].map((options) => consentOf(session, options).way);
  };
  expect(ways({ BROWSER: 'x' })).toEqual(['browser', 'browser', 'device']);
  expect(ways({ CI: '1' })).toEqual(['either', 'browser', 'device']);
});

it('waits as long as it is told to', () => {
  expect(consentOf(fakeSession(), { timeout: '90' }).timeoutMs).toBe(90_000);
  expect(consentOf(fakeSession(), {}).timeoutMs).toBeUndefined();
  for (const timeout of ['0', '-1', 'soon', '1e9']) {
    expect(() => consentOf(fakeSession(), { timeout })).toThrow(
      expect.objectContaining({ code: 'usage/argument', hint: 'give one from 1 to 86400: --timeout 600' }),
    );
  }
});

describe('the address of the consent page', () => {
  it('is shown, and the answer read from standard input', async () => {
    const session = fakeSession({ stdin: 'the code\nand more\n' });
    const { signal } = new AbortController();
    expect(await consentOf(session, { browser: false }).visit(visit, signal)).toBe('the code');
    expect(session.notes).toEqual([
      'go to this address and agree:\n\n  https://idp.example/authorize?state=s\n',
      'where it cannot reach http://127.0.0.1:5000/callback, paste the address that the browser ends at',
    ]);
  });

  it('is shown, and nobody can paste where standard input has ended', async () => {
    const session = fakeSession();
    const { signal } = new AbortController();
    expect(
      await consentOf(session, { browser: false }).visit({ ...visit, listening: false }, signal),
    ).toBeUndefined();
    expect(session.notes[1]).toBe('paste the address that the browser ends at');
  });

  it('is shown, and the answer asked for at a terminal', async () => {
    const prompts = fakePrompts(['http://127.0.0.1:5000/callback?code=c']);
    const { signal } = new AbortController();
    const answer = consentOf(fakeSession({ prompts }), { browser: false }).visit(visit, signal);
    expect(await answer).toBe('http://127.0.0.1:5000/callback?code=c');
    expect(prompts.asked).toEqual([['text', 'Address or code', { signal }]]);
  });

  it('is shown, and the question goes away when the answer came another way', async () => {
    const controller = new AbortController();
    const text = (_question: string, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<string>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const session = fakeSession({ prompts: { ...fakePrompts([]), text } });
    const answer = consentOf(session, { browser: false }).visit(visit, controller.signal);
    controller.abort();
    expect(await answer).toBeUndefined();
  });

  it('stays on the screen where the browser cannot be started', async () => {
    const session = fakeSession({ env: { BROWSER: '/nowhere/browser' }, stdin: 'c\n' });
    const { signal } = new AbortController();
    expect(await consentOf(session, {}).visit(visit, signal)).toBe('c');
    expect(session.notes[0]).toBe(
      'go to this address and agree:\n\n  https://idp.example/authorize?state=s\n',
    );
  });
});

it('names a slip in what was pasted, and asks again at a terminal only', async () => {
  const { signal } = new AbortController();
  const problem = new MembraneError('auth/callback', 'this is no answer', { hint: 'paste another' });
  const prompts = fakePrompts(['code']);
  const session = fakeSession({ prompts });
  expect(await consentOf(session, {}).again?.(problem, signal)).toBe('code');
  expect(session.notes).toEqual(['this is no answer; paste another']);
  expect(consentOf(fakeSession(), {}).again).toBeUndefined();
  const pastes = (options: Record<string, unknown>, env = {}) =>
    consentOf(fakeSession({ env }), options).pastes;
  expect([pastes({ browser: false }, { BROWSER: 'x' }), pastes({}, { BROWSER: 'x' })]).toEqual([true, false]);
});

it('shows a code until it is not needed any more', async () => {
  const session = fakeSession();
  const controller = new AbortController();
  const code = { userCode: 'AB-CD', url: 'https://idp.example/device', until: Date.now() + 90_400 };
  const shown = consentOf(session, {}).showCode(code, controller.signal);
  expect(session.notes).toEqual([
    'on any device, go to\n\n  https://idp.example/device\n\nand type in the code  AB-CD  (good for 1:30)\n',
  ]);
  controller.abort();
  expect(await shown).toBeUndefined();
});
