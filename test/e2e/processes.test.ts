import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMembrane } from '../../src/membrane.js';
import { binFile, hermeticEnvironment, startCli, type RunningCli } from '../support/cli.js';
import type { TestProject } from '../support/project.js';
import { hang, json, status, type Answer, type Routes } from '../support/server.js';
import { vault, type Vault } from './vault.js';

const connectCommand = ['connect', 'vault', '--input', '-'];

describe('two processes that connect at the same time', () => {
  it('lose none of their connections', async () => {
    const world = await opened();
    const side = async (name: string) => {
      for (let index = 0; index < 20; index += 1) {
        const key = `${name}-${index}`;
        const { code, stderr } = await connect(world, { key, apiKey: `${key}-secret` });
        expect([code, stderr]).toEqual([0, '']);
      }
    };
    await Promise.all([side('left'), side('right')]);
    const expected = ['left', 'right'].flatMap((name) =>
      Array.from({ length: 20 }, (_, index) => [`${name}-${index}`, `${name}-${index}-secret`]),
    );
    expect(Object.entries(await keysInUse(world.project)).sort()).toEqual(expected.sort());
  });

  it('under one key, do not mix: one wins, and its secrets count', async () => {
    const world = await opened({ '/me': inPairs() });
    for (let round = 0; round < 5; round += 1) {
      const key = `account-${round}`;
      const apiKeys = ['left', 'right'].map((side) => `${side}-${round}-secret`);
      const results = await Promise.all(apiKeys.map((apiKey) => connect(world, { key, apiKey })));
      expect(results.map(({ code }) => code).sort()).toEqual([0, 2]);
      const winner = results.findIndex(({ code }) => code === 0);
      expect(results[1 - winner]?.stderr).toBe(
        `error[connection/exists]: another process has made a connection "${key}" meanwhile
   = help: use that one, or connect again with another --key; nothing was saved
`,
      );
      expect((await keysInUse(world.project))[key]).toBe(apiKeys[winner]);
    }
  });

  it('again, do not mix either: what was typed in and what was made of it belong together', async () => {
    const world = await opened({ '/me': inPairs() });
    await world.project.write('connectors/vault/spec.yaml', await withBothParts(world.project));
    await Promise.all([connect(world, { key: 'a', apiKey: 'first-secret' }), connect(world, { key: 'b' })]);
    for (let round = 0; round < 15; round += 1) {
      const results = await Promise.all(
        ['left', 'right'].map((side) =>
          connect(world, { key: 'a', apiKey: `${side}-${round}-secret`, more: ['--reconnect'] }),
        ),
      );
      expect(results.map(({ code }) => code)).toEqual([0, 0]);
      const [credentials, parameters] = String((await keysInUse(world.project))['a']).split('|');
      expect(parameters).toBe(credentials);
    }
  });
});

describe('a process that is killed', () => {
  it('while it connects, leaves a store that opens and only connections that work', async () => {
    const kill = { wanted: (): void => undefined };
    const answer: Answer = (response, request) => {
      void json({ id: 'me' })(response, request);
      kill.wanted();
    };
    const world = await opened({ '/me': answer });
    const survivors: boolean[] = [];
    for (let round = 0; round < 20; round += 1) {
      const running = startConnect(world, { key: `round-${round}`, apiKey: `secret-${round}` });
      // Most of what is written is written after the test request.
      kill.wanted = () => setTimeout(() => running.kill('SIGKILL'), round * 3);
      await running.ended;
      kill.wanted = () => undefined;
      const used = await keysInUse(world.project);
      survivors.push(`round-${round}` in used);
      for (const [key, apiKey] of Object.entries(used)) expect(apiKey).toBe(key.replace('round', 'secret'));
    }
    const list = await world.project.run(['connection', 'list', '--json']);
    expect([list.code, list.stderr]).toEqual([0, '']);
    expect((JSON.parse(list.stdout) as { data: unknown[] }).data).toHaveLength(
      survivors.filter(Boolean).length,
    );
    expect(survivors[0]).toBe(false);
    for (const [round, survived] of survivors.entries()) {
      if (round % 6 !== 0) continue;
      const more = survived ? ['--reconnect'] : [];
      const again = await connect(world, { key: `round-${round}`, apiKey: 'again-secret', more });
      expect([again.code, again.stderr]).toEqual([0, '']);
    }
    expect((await keysInUse(world.project))['round-18']).toBe('again-secret');
    expect(locksOf(world.project)).toEqual([]);
  });

  it('in the middle of a run, leaves the run in the log, and the next one works', async () => {
    const world = await opened({ '/me': [json({ id: 'me' }), hang, json({ id: 'me' })] });
    await connect(world, {});
    const running = startCli(['action', 'run', 'look'], {
      cwd: world.project.root,
      home: world.project.home,
    });
    await requests(world, 2);
    running.kill('SIGKILL');
    expect((await running.ended).code).toBe('SIGKILL');
    expect(await runs(world.project)).toEqual([['running', null]]);
    const next = await world.project.run(['action', 'run', 'look']);
    expect([next.code, next.stdout, next.stderr]).toEqual([0, '{\n  "id": "me"\n}\n', '']);
    expect((await runs(world.project)).map(([state]) => state)).toEqual(['completed', 'running']);
  });
});

describe('Ctrl-C', () => {
  it('while an API is slow ends a run within a second, and is logged', async () => {
    const world = await opened({ '/me': [json({ id: 'me' }), hang] });
    await connect(world, {});
    const stopped = await stopAt(world, ['action', 'run', 'look'], 'SIGINT');
    expect(stopped).toEqual({ code: 130, stdout: '', stderr: 'stopped\n', soon: true });
    expect(await runs(world.project)).toEqual([['failed', 'run/failed']]);
    expect(locksOf(world.project)).toEqual([]);
  });

  it('while an API wants us to wait ends a run within a second', async () => {
    const world = await opened({ '/me': [json({ id: 'me' }), status(429, {}, { 'retry-after': '20' })] });
    await connect(world, {});
    const stopped = await stopAt(world, ['action', 'run', 'look'], 'SIGINT', 'trying again');
    expect([stopped.code, stopped.soon]).toEqual([130, true]);
    expect(await runs(world.project)).toEqual([['failed', 'run/failed']]);
  });

  it('while it connects leaves nothing half-made', async () => {
    const world = await opened({ '/me': [hang, json({ id: 'me' })] });
    const stopped = await stopAt(world, connectCommand, 'SIGINT');
    expect(stopped).toEqual({ code: 130, stdout: '', stderr: 'stopped\n', soon: true });
    expect(await keysInUse(world.project)).toEqual({});
    expect((await connect(world, {})).code).toBe(0);
    expect(locksOf(world.project)).toEqual([]);
  });

  it('has a brother, SIGTERM, that ends with 143', async () => {
    const world = await opened({ '/me': [json({ id: 'me' }), hang] });
    await connect(world, {});
    const stopped = await stopAt(world, ['action', 'run', 'look'], 'SIGTERM');
    expect(stopped).toEqual({ code: 143, stdout: '', stderr: 'stopped\n', soon: true });
    expect(await runs(world.project)).toEqual([['failed', 'run/failed']]);
  });
});

describe('a reader that has seen enough', () => {
  it('ends the output without a word', async () => {
    const items = Array.from({ length: 50_000 }, (_, index) => ({ id: index }));
    const world = await opened({ '/me': json({ id: 'me' }), '/big': json(items) });
    await connect(world, {});
    for (const args of ['request vault GET /big', 'request vault GET /big --json', '--help', 'logs --json']) {
      const { stdout, stderr } = await shell(world, `membrane ${args} | head -1; echo "\${PIPESTATUS[0]}"`);
      expect([args, stdout.split('\n').slice(1), stderr]).toEqual([args, ['0', ''], '']);
    }
  });

  it('of errors does not change how it ends', async () => {
    const world = await opened();
    const command = 'membrane action run look 2>&1 >/dev/null | true; echo "${PIPESTATUS[0]}"';
    expect(await shell(world, command)).toEqual({ stdout: '4\n', stderr: '' });
  });
});

/** Runs a line of bash in which `membrane` is the real one. */
function shell({ project }: Vault, line: string): Promise<{ stdout: string; stderr: string }> {
  const define = `membrane() { "${process.execPath}" "${binFile}" "$@"; }`;
  const options = { cwd: project.root, env: hermeticEnvironment(project.home) };
  return promisify(execFile)('bash', ['-c', `${define}\n${line}`], options);
}

async function opened(routes: Routes = { '/me': json({ id: 'me' }) }): Promise<Vault> {
  const world = await vault('secrets: file', {
    '/key': (response, request) => json(`${String(request.headers['x-api-key'])}`)(response, request),
    ...routes,
  });
  onTestFinished(() => world.server.close());
  return world;
}

interface ConnectInput {
  readonly key?: string;
  readonly apiKey?: string;
  readonly more?: readonly string[];
}

function startConnect(
  world: Vault,
  { key = 'vault', apiKey = world.key, more = [] }: ConnectInput,
): RunningCli {
  const { root, home } = world.project;
  const input = JSON.stringify({ apiKey, baseUri: world.server.url });
  return startCli([...connectCommand, '--key', key, ...more], { cwd: root, home, input });
}

const connect = (world: Vault, how: ConnectInput) => startConnect(world, how).ended;

/** What the API sees of each connection that is listed. */
async function keysInUse({ root, home }: TestProject): Promise<Record<string, unknown>> {
  const before = process.env['XDG_CONFIG_HOME'];
  process.env['XDG_CONFIG_HOME'] = `${home}/.config`; // where the key of the encrypted file lies
  const membrane = await openMembrane({ cwd: root });
  try {
    const used: Record<string, unknown> = {};
    for (const { key } of await membrane.connections.list()) {
      used[key] = (await membrane.request(key, { method: 'GET', path: '/key' })).data;
    }
    return used;
  } finally {
    await membrane.close();
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
  }
}

/** The connector that sends both what was typed in and what was made of it. */
async function withBothParts(project: TestProject): Promise<string> {
  const spec = await project.read('connectors/vault/spec.yaml');
  const values = '{made: {$var: $.credentials.apiKey}, typed: {$var: $.connectionParameters.apiKey}}';
  const both = `{$tpl: {template: '{made}|{typed}', values: ${values}}}`;
  return spec.replace('X-Api-Key: {$var: $.credentials.apiKey}', `X-Api-Key: ${both}`);
}

/** Answers when two have asked, so that both go on at the same moment. */
function inPairs(): Answer {
  let first: (() => void) | undefined;
  return (response, request) => {
    const answer = () => void json({ id: 'me' })(response, request);
    if (first === undefined) return void (first = answer);
    first();
    first = undefined;
    answer();
  };
}

/** Runs a command, and stops it when it has sent its request. */
async function stopAt(world: Vault, args: readonly string[], signal: NodeJS.Signals, text?: string) {
  const { root, home } = world.project;
  const before = world.server.requests.length;
  const running = startCli(args, { cwd: root, home, input: world.input });
  await (text === undefined ? requests(world, before + 1) : running.printed(text));
  const started = performance.now();
  running.kill(signal);
  const { code, stdout, stderr } = await running.ended;
  return { code, stdout, stderr, soon: performance.now() - started < 1_000 };
}

async function requests({ server }: Vault, count: number): Promise<void> {
  while (server.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function runs(project: TestProject): Promise<unknown[][]> {
  const { stdout } = await project.run(['logs', '--type', 'action-run', '--json']);
  const { data } = JSON.parse(stdout) as { data: { state: string; data: { error?: { code: string } } }[] };
  return data.map(({ state, data: facts }) => [state, facts.error?.code ?? null]);
}

/** Names of lock files that are still there. */
function locksOf({ root }: TestProject): string[] {
  return readdirSync(`${root}/.membrane`).filter((name) => /lock|tmp|draft/.test(name));
}
