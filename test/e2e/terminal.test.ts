import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCrm, type Crm } from '../../examples/crm/server.mjs';
import { repository } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';
import { filesWith } from './vault.js';

describe.skipIf(!hasTerminal)('a person at a terminal', () => {
  it('is asked for the key, without echo, and for the address', async () => {
    const { crm, project } = await example();
    const terminal = openTerminal(project, ['connect', 'crm']);
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
    const terminal = openTerminal(project, ['connect', 'crm']);
    await terminal.shows('API key');
    terminal.type(`${crm.apiKey}\r`);
    await terminal.shows(crm.url);
    terminal.type('\r');
    expect(await terminal.ended).toBe(0);
  });

  it('who leaves with Ctrl-C at a question leaves nothing behind', async () => {
    const { project } = await example();
    for (const answers of [[], ['some-key\r']]) {
      const terminal = openTerminal(project, ['connect', 'crm']);
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
    const no = openTerminal(project, ['connection', 'delete', 'crm']);
    await no.shows('Forget the connection "crm" and its secrets?');
    no.type('\r');
    expect(await no.ended).toBe(0);
    expect(no.text()).toContain('nothing was deleted');
    const yes = openTerminal(project, ['connection', 'delete', 'crm']);
    await yes.shows('Forget the connection "crm" and its secrets?');
    yes.type('y\r');
    expect(await yes.ended).toBe(0);
    expect((await project.run(['connection', 'list'])).stdout).toBe('');
  });

  it('is asked which connection to use where there are two', async () => {
    const { crm, project } = await example();
    for (const key of ['first', 'second']) await connect(project, crm, key);
    const terminal = openTerminal(project, ['action', 'run', 'get-contact', '--set', 'id=1']);
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
    const terminal = openTerminal(project, ['connect', 'crm']);
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
    const terminal = openTerminal(project, ['connect', 'crm']);
    await terminal.shows('API key');
    terminal.type(`${crm.apiKey}\r`);
    await terminal.shows('Address');
    terminal.type(`${crm.url}\r`);
    expect([await terminal.ended, terminal.text().includes(crm.apiKey)]).toEqual([0, false]);
  });
});

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
