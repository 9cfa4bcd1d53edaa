import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCli, type RunningCli } from '../support/cli.js';
import { startOidc, type OidcOptions } from '../support/oidc.js';
import { person } from '../support/person.js';
import { testProject } from '../support/project.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';
import { oauthConnector, oidcConfig } from '../unit/engine/oauth-world.js';

const chromiumFile = '/usr/bin/chromium';
const hasChromium = existsSync(chromiumFile);
if (!hasChromium && process.env['CI'] !== undefined)
  throw new Error(`CI wants a browser: ${chromiumFile} is missing`);

describe.skipIf(!hasChromium)(
  `membrane connect with a browser${hasChromium ? '' : ` (skipped: no ${chromiumFile})`}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumFile, args: ['--no-sandbox'] });
    }, 30_000);
    afterAll(() => browser.close());

    it('opens the browser; login, consent, and the callback page says that it is done', async () => {
      const { project, oidc } = await setUp();
      // what BROWSER names gets the address; here it writes it down, and playwright goes there
      await project.write(
        'browser.sh',
        `#!/bin/sh\necho "$1" > ${project.path('opened')}.new\nmv ${project.path('opened')}.new ${project.path('opened')}\n`,
      );
      await chmod(project.path('browser.sh'), 0o755);
      const cli = project.start(['connect', 'app'], { BROWSER: project.path('browser.sh') });
      await cli.printed('your browser opens');
      await until(() => existsSync(project.path('opened')));
      const url = (await project.read('opened')).trim();
      const page = await browser.newPage();
      onTestFinished(() => page.close());
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      await page.fill('input[name=login]', 'ada');
      await page.fill('input[name=password]', 'lovelace');
      await page.click('button[type=submit]');
      await page.waitForSelector('text=Authorize');
      await page.click('button[type=submit]');
      await page.waitForSelector('h1:has-text("App has answered")');
      expect(await page.textContent('p')).toBe(
        'membrane goes on in the terminal. You can close this window.',
      );
      const { code, stdout, stderr } = await cli.ended;
      expect([code, stdout, shown(stderr, url)]).toEqual([
        0,
        'connected "app" (app), secrets in the encrypted file\n',
        'your browser opens; if it does not, go to:\n\n  URL\n\n',
      ]);
      expect(oidc.counters.issued).toEqual({ authorization_code: 1 });
      expect(JSON.parse((await project.run(['request', 'app', 'GET', '/me'])).stdout)).toEqual({
        login: 'ada',
      });
    }, 60_000);

    it('who turns away is told so in the browser and in the terminal, and nothing is kept', async () => {
      const { project } = await setUp();
      const cli = project.start(['connect', 'app', '--no-browser']);
      const page = await browser.newPage();
      onTestFinished(() => page.close());
      await page.goto(await addressIn(cli), { waitUntil: 'domcontentloaded' });
      await page.click('text=Cancel');
      await page.waitForSelector('h1:has-text("App is not connected")');
      const { code, stderr } = await cli.ended;
      expect([code, lastLines(stderr, 2)]).toEqual([
        4,
        'error[auth/denied]: consent was not given: access_denied: End-User aborted interaction\n   = help: connect again, and agree\n',
      ]);
      expect((await project.run(['connection', 'list', '--json'])).stdout).toContain('"data": []');
    }, 60_000);
  },
);

describe('membrane connect without a browser', () => {
  it('takes the address that the browser ended at from standard input', async () => {
    const { project } = await setUp();
    const cli = project.start(['connect', 'app'], {}, true);
    const back = (await person().agree(await addressIn(cli))) ?? '';
    cli.write(`${back}\n`);
    const { code, stdout, stderr } = await cli.ended;
    expect([code, stdout]).toEqual([0, 'connected "app" (app), secrets in the encrypted file\n']);
    expect(stderr.replace(/\?\S+/, '?…').replaceAll(/:\d+/g, ':PORT')).toBe(
      'go to this address and agree:\n\n  http://127.0.0.1:PORT/auth?…\n\n' +
        'where it cannot reach http://127.0.0.1:PORT/callback, paste the address that the browser ends at\n',
    );
    expect(stderr).not.toContain(new URL(back).searchParams.get('code'));
  });

  it('waits for the callback where standard input is closed', async () => {
    const { project } = await setUp();
    const cli = project.start(['connect', 'app', '--no-browser', '--json']);
    const back = await person().agree(await addressIn(cli));
    expect((await fetch(back ?? '')).status).toBe(200);
    const { code, stdout } = await cli.ended;
    expect([code, (JSON.parse(stdout) as { data: { key: string } }).data.key]).toEqual([0, 'app']);
  });

  it('shows a code where the connector says how', async () => {
    const { project, oidc } = await setUp((url) => ({ deviceAuthorizationUri: `${url}/device/auth` }));
    const cli = project.start(['connect', 'app']);
    await cli.printed('go straight to');
    const [url = ''] = /http\S+user_code=\S+/.exec(cli.output.stderr) ?? [];
    const userCode = new URL(url).searchParams.get('user_code');
    await person().agree(url);
    const { code, stdout, stderr } = await cli.ended;
    expect([code, stdout]).toEqual([0, 'connected "app" (app), secrets in the encrypted file\n']);
    expect(stderr).toBe(
      `on any device, go to\n\n  ${oidc.url}/device\n\nand type in the code  ${userCode}  (good for 10:00); or go straight to\n\n  ${url}\n\n`,
    );
  });

  it('gives up after the time that was set', async () => {
    const { project } = await setUp();
    const { code, stderr } = await project.start(['connect', 'app', '--timeout', '1']).ended;
    expect([code, lastLines(stderr, 2)]).toEqual([
      4,
      'error[auth/timeout]: no answer came within 1 s\n   = help: connect again; --timeout SECONDS waits longer\n',
    ]);
    const wrong = await project.run(['connect', 'app', '--timeout', 'soon']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'error[usage/argument]: --timeout is "soon", which is no number of seconds\n   = help: give one from 1 to 86400: --timeout 600\n',
    ]);
  });

  it('ends at Ctrl-C, and listens no more', async () => {
    const { project } = await setUp();
    const cli = project.start(['connect', 'app'], {}, true);
    const redirectUri = new URL(await addressIn(cli)).searchParams.get('redirect_uri') ?? '';
    cli.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    expect([code, lastLines(stderr, 1)]).toEqual([130, 'stopped\n']);
    await expect(fetch(redirectUri)).rejects.toThrow('fetch failed');
    expect((await project.run(['connection', 'list', '--json'])).stdout).toContain('"data": []');
  });
});

describe.skipIf(!hasTerminal)('membrane connect at a terminal', () => {
  it('asks for the answer, until it comes by itself', async () => {
    const { project } = await setUp();
    const terminal = openTerminal(project, ['connect', 'app', '--no-browser']);
    await terminal.shows('Address or code');
    const [url = ''] = /http\S+code_challenge\S+/.exec(terminal.text()) ?? [];
    expect((await fetch((await person().agree(url)) ?? '')).status).toBe(200);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('connected "app" (app), secrets in the encrypted file');
  });

  it('takes the address that is typed in', async () => {
    const { project } = await setUp();
    const terminal = openTerminal(project, ['connect', 'app', '--no-browser']);
    await terminal.shows('Address or code');
    const [url = ''] = /http\S+code_challenge\S+/.exec(terminal.text()) ?? [];
    terminal.type(`${await person().agree(url)}\r`);
    expect(await terminal.ended).toBe(0);
  });

  it('counts down while it waits, and stops at Ctrl-C', async () => {
    const { project } = await setUp((url) => ({ deviceAuthorizationUri: `${url}/device/auth` }));
    const terminal = openTerminal(project, ['connect', 'app', '--device']);
    await terminal.shows('waiting for your consent, 9:59 left');
    await terminal.shows('waiting for your consent, 9:58 left');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
    expect(terminal.text()).toMatch(/stopped\s*$/);
    const browser = openTerminal(project, ['connect', 'app'], { BROWSER: 'true' });
    await browser.shows('waiting for your consent, 4:59 left');
    browser.type('\u0003');
    expect(await browser.ended).toBe(130);
  });
});

/** A project whose connector `app` asks a provider of its own; secrets go to a file. */
async function setUp(more: (url: string) => object = () => ({}), options?: OidcOptions) {
  const oidc = await startOidc(options);
  onTestFinished(() => oidc.close());
  const made = await testProject({
    'membrane.yaml': 'secrets: file\n',
    'connectors/app/spec.yaml': oauthConnector(oidcConfig(oidc, more(oidc.url)), oidc.apiUrl),
  });
  const start = (args: readonly string[], env: Record<string, string> = {}, open = false) =>
    startCli(args, { cwd: made.root, home: made.home, env, keepOpen: open });
  return { oidc, project: { ...made, start } };
}

/** The address of the consent page, as it is printed. */
async function addressIn(cli: RunningCli): Promise<string> {
  await cli.printed('paste the address');
  return /^ {2}(http\S+)$/m.exec(cli.output.stderr)?.[1] ?? '';
}

function shown(stderr: string, url: string): string {
  return stderr.replace(url, 'URL');
}

function lastLines(text: string, count: number): string {
  return `${text.trimEnd().split('\n').slice(-count).join('\n')}\n`;
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}
