import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCrm, type Crm } from '../../examples/crm/server.mjs';
import { binFile, hermeticEnvironment, repository } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';
import { filesWith } from './vault.js';

type Pty = typeof import('@lydell/node-pty');

const pty = loadPty();

describe.skipIf(pty === undefined)('a person at a terminal', () => {
  it('is asked for the key, without echo, and for the address', async () => {
    const { crm, project } = await example();
    const terminal = open(project, ['connect', 'crm']);
    await terminal.shows('API key');
    terminal.type(crm.apiKey);
    await terminal.shows('*'.repeat(crm.apiKey.length));
    terminal.type('\r');
    await terminal.shows('Address');
    await terminal.shows('http://127.0.0.1:4455');
    terminal.type(`${crm.url}\r`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('connected "crm" (crm), secrets in the encrypted file');
    expect(terminal.text().includes(crm.apiKey)).toBe(false);
    expect(filesWith(crm.apiKey, path.dirname(project.root))).toEqual([]);
    const test = await project.run(['connection', 'list', '--json']);
    expect((JSON.parse(test.stdout) as { data: object[] }).data).toHaveLength(1);
  });

  it('takes the default address with Enter', async () => {
    const { crm, project } = await example();
    const spec = await project.read('connectors/crm/spec.yaml');
    await project.write('connectors/crm/spec.yaml', spec.replace('http://127.0.0.1:4455', crm.url));
    const terminal = open(project, ['connect', 'crm']);
    await terminal.shows('API key');
    terminal.type(`${crm.apiKey}\r`);
    await terminal.shows(crm.url);
    terminal.type('\r');
    expect(await terminal.ended).toBe(0);
  });

  it('who leaves with Ctrl-C at a question leaves nothing behind', async () => {
    const { project } = await example();
    for (const answers of [[], ['some-key\r']]) {
      const terminal = open(project, ['connect', 'crm']);
      await terminal.shows('API key');
      for (const answer of answers) terminal.type(answer);
      if (answers.length > 0) await terminal.shows('Address');
      terminal.type('\u0003');
      expect(await terminal.ended).toBe(130);
      expect(terminal.text()).toMatch(/stopped\s*$/);
      const list = await project.run(['connection', 'list', '--json']);
      expect((JSON.parse(list.stdout) as { data: object[] }).data).toEqual([]);
    }
  });

  it('is asked before a connection is deleted', async () => {
    const { crm, project } = await example();
    await connect(project, crm, 'crm');
    const no = open(project, ['connection', 'delete', 'crm']);
    await no.shows('Forget the connection "crm" and its secrets?');
    no.type('\r');
    expect(await no.ended).toBe(0);
    expect(no.text()).toContain('nothing was deleted');
    const yes = open(project, ['connection', 'delete', 'crm']);
    await yes.shows('Forget the connection "crm" and its secrets?');
    yes.type('y\r');
    expect(await yes.ended).toBe(0);
    expect((await project.run(['connection', 'list'])).stdout).toBe('');
  });

  it('is asked which connection to use where there are two', async () => {
    const { crm, project } = await example();
    for (const key of ['first', 'second']) await connect(project, crm, key);
    const terminal = open(project, ['action', 'run', 'get-contact', '--set', 'id=1']);
    await terminal.shows('Which connection?');
    await terminal.shows('second');
    terminal.type('\u001b[B\r'); // the arrow down
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('"name": "Ada Lovelace"');
    const logs = await project.run(['logs', '--type', 'action-run', '--json']);
    const { data } = JSON.parse(logs.stdout) as { data: { data: { connection: string } }[] };
    expect(data.map((entry) => entry.data.connection)).toEqual(['second']);
  });

  it('is asked before the credentials of a connection are replaced', async () => {
    const { crm, project } = await example();
    await connect(project, crm, 'crm');
    const terminal = open(project, ['connect', 'crm']);
    await terminal.shows('There is a connection "crm" already.');
    await terminal.shows('make a second connection');
    terminal.type('\r'); // the first choice: replace its credentials
    await terminal.shows('API key');
    terminal.type(`${crm.apiKey}\r`);
    await terminal.shows('Address');
    terminal.type(`${crm.url}\r`);
    expect(await terminal.ended).toBe(0);
  });

  it('types a key that may be left out without echo too', async () => {
    const { crm, project } = await example();
    const spec = await project.read('connectors/crm/spec.yaml');
    await project.write('connectors/crm/spec.yaml', spec.replace('      - apiKey\n', ''));
    const terminal = open(project, ['connect', 'crm']);
    await terminal.shows('API key');
    terminal.type(`${crm.apiKey}\r`);
    await terminal.shows('Address');
    terminal.type(`${crm.url}\r`);
    expect([await terminal.ended, terminal.text().includes(crm.apiKey)]).toEqual([0, false]);
  });
});

interface Terminal {
  /** What was written so far, without colours and movements. */
  text(): string;
  shows(text: string): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<number>;
}

function open({ root, home }: TestProject, args: readonly string[]): Terminal {
  const child = pty!.spawn(process.execPath, [binFile, ...args], {
    cols: 200,
    rows: 50,
    cwd: root,
    env: { ...hermeticEnvironment(home), TERM: 'xterm' },
  });
  onTestFinished(() => {
    try {
      child.kill('SIGKILL');
    } catch {
      // it has ended, as it should
    }
  });
  let output = '';
  let look = (): void => undefined;
  child.onData((data) => {
    output += data;
    look();
  });
  const text = () => stripVTControlCharacters(output);
  return {
    text,
    shows: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no "${wanted}" in:\n${text()}`)), 10_000);
        look = () => {
          if (!text().includes(wanted)) return;
          clearTimeout(timer);
          resolve();
        };
        look();
      }),
    type: (keys) => child.write(keys),
    ended: new Promise((resolve) => child.onExit(({ exitCode }) => resolve(exitCode))),
  };
}

async function example(): Promise<{ crm: Crm; project: TestProject }> {
  const crm = await startCrm({ apiKey: `key-${randomBytes(6).toString('hex')}` });
  onTestFinished(crm.stop);
  return { crm, project: await testProject({}, { copy: path.join(repository, 'examples/crm') }) };
}

async function connect(project: TestProject, crm: Crm, key: string): Promise<void> {
  const input = JSON.stringify({ apiKey: crm.apiKey, baseUri: crm.url });
  const { code, stderr } = await project.run(['connect', 'crm', '--key', key, '--input', '-'], { input });
  expect([code, stderr]).toEqual([0, '']);
}

/** A pseudo-terminal needs an addon, which is not there for every platform. In CI it has to be. */
function loadPty(): Pty | undefined {
  try {
    return createRequire(import.meta.url)('@lydell/node-pty') as Pty;
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    console.warn(`skipped: a person at a terminal: ${(error as Error).message}`);
    return undefined;
  }
}
