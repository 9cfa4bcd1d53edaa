import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binFile, startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { talkative, filesWith, vault } from './vault.js';
import { json, type Answer } from '../support/server.js';

/** A shell without any network: not even this machine's own. */
const isolated = ['unshare', '-rn', process.execPath, binFile];
const canIsolate = spawnSync('unshare', ['-rn', 'true']).status === 0;

const tests = {
  'look.test.yaml': 'tests:\n  - {name: looks, tape: look.tape.yaml}\n',
  'repeat.test.yaml':
    'tests:\n  - {name: repeats, input: {note: hello}, tape: repeat.tape.yaml, outputContains: {method: POST}}\n',
  'fail.test.yaml':
    'tests:\n  - {name: fails, tape: fail.tape.yaml, error: {code: http/status, message: {$matches: no such account}}}\n',
};

/** All that the server knows, packed into one another. */
const wrapped: Answer = (response, request) => {
  const key = String(request.headers['x-api-key']);
  const twice = JSON.stringify({ inner: JSON.stringify({ key }) });
  const link = `https://other.example/?next=${encodeURIComponent(`/a?key=${encodeURIComponent(key)}`)}`;
  const token = Buffer.from(JSON.stringify({ sub: key })).toString('base64url');
  return json(
    { id: 'me', twice, link, token, list: [[key]], [key]: { [`x-${key}`]: 1 } },
    { link, 'x-key': key },
  )(response, request);
};

describe('a tape of an API that repeats secrets in every form', () => {
  it('holds none, and plays without any network', async () => {
    const { project, server, key, input } = await vault('secrets: file\n', { ...talkative, '/me': wrapped });
    onTestFinished(() => server.close().catch(() => undefined));
    for (const [file, text] of Object.entries(tests)) await project.write(`actions/${file}`, text);
    expect((await project.run(['connect', 'vault', '--input', '-'], { input })).code).toBe(0);
    const recorded = await project.run(['test', '--record', '--connection', 'vault']);
    expect([recorded.code, summaryOf(recorded.stdout)]).toEqual([0, '3 passed']);
    expect(`${recorded.stdout}${recorded.stderr}`).not.toContain(key);
    expect(filesWith(key, project.path('actions'))).toEqual([]);

    const sent = server.requests.length;
    await server.close();
    const before = stateOf(project.root);
    const replayed = await project.run(['test'], canIsolate ? { command: isolated } : {});
    expect([replayed.code, summaryOf(replayed.stdout), replayed.stderr]).toEqual([0, '3 passed', '']);
    expect(server.requests.length).toBe(sent);
    expect(stateOf(project.root)).toEqual(before);
  });
});

describe('membrane test --watch', () => {
  it('runs again what has changed, until it is stopped', async () => {
    const hello = (value: number) =>
      `type: run-javascript\nconfig: {code: 'export default () => ${value}'}\n`;
    const project = await testProject({
      'membrane.yaml': '',
      'actions/one.yaml': hello(1),
      'actions/one.test.yaml': 'tests: [{name: is one, output: 1}]\n',
      'actions/two.yaml': hello(2),
      'actions/two.test.yaml': 'tests: [{name: is two, output: 2}]\n',
    });
    const cli = startCli(['test', '--watch'], { cwd: project.root, home: project.home });
    await cli.printed('2 passed');
    await project.write('actions/two.yaml', hello(3));
    await cli.printed('1 failed');
    await project.write('actions/two.yaml', 'type: [\n');
    await cli.printed('error[project/errors]');
    await project.write('actions/two.yaml', hello(2));
    await cli.printed('1 passed');
    cli.kill('SIGINT');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(130);
    expect(stdout.split('\n').filter((line) => /^\S*\d? ?(passed|failed|\d+ )/.test(line))).toEqual([
      '2 passed',
      '1 failed',
      '1 passed',
    ]);
  });
});

function summaryOf(stdout: string): string | undefined {
  return stdout.trimEnd().split('\n').at(-1);
}

/** The files below `.membrane`, with when each was written. */
function stateOf(root: string): [string, number][] {
  const folder = path.join(root, '.membrane');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, statSync(path.join(folder, name)).mtimeMs]);
}
