import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { hermeticEnvironment, repository, runCli } from '../support/cli.js';

const run = promisify(execFile);

/** The packed program, installed into an empty folder as a user does it. */
describe('membrane from its tarball', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-package-')));
  const home = path.join(folder, 'home');
  const project = path.join(folder, 'project');
  let crm: ChildProcess | undefined;

  beforeAll(async () => {
    mkdirSync(home);
    writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}\n');
    // npm is the user's own, with its settings and with what it has downloaded before.
    const packed = await run('npm', ['pack', '--ignore-scripts', '--json', repository], { cwd: folder });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...flags, `./${filename}`], { cwd: folder });
  }, 120_000);

  afterAll(() => {
    crm?.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const membrane = async (args: readonly string[], input = '') => {
    const cwd = args[0] === 'init' ? folder : project;
    const command = ['npx', '--no-install', 'membrane'];
    const env = { npm_config_update_notifier: 'false' }; // npx would tell of its own new versions on stderr
    const { code, stdout, stderr } = await runCli(args, { cwd, home, input, command, env });
    return { code, stdout, stderr };
  };

  it('makes a project and runs an action', async () => {
    const init = await membrane(['init', 'project', '--example']);
    expect([init.code, init.stderr]).toEqual([0, 'next: cd project && membrane validate\n']);
    expect(await membrane(['--version'])).toEqual({
      code: 0,
      stdout: `${packageFile.version}\n`,
      stderr: '',
    });
    const validate = await membrane(['validate']);
    expect([validate.code, validate.stderr]).toEqual([0, '']);

    const server = path.join(folder, 'node_modules/membrane/examples/crm/server.mjs');
    crm = spawn(process.execPath, [server, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: crm.stdout! }), 'line')) as [string];
    const baseUri = /http:\S+/.exec(line)?.[0];
    const input = JSON.stringify({ apiKey: 'demo-key', baseUri });
    expect(await membrane(['connect', 'crm', '--input', '-'], input)).toEqual({
      code: 0,
      stdout: 'connected "crm" (crm), secrets in the encrypted file\n',
      stderr: '',
    });
    const action = await membrane(['action', 'run', 'get-contact', '--set', 'id=1', '--json']);
    const { data } = JSON.parse(action.stdout) as { data: { output: { name: string } } };
    expect([action.code, action.stderr, data.output.name]).toEqual([0, '', 'Ada Lovelace']);
  }, 30_000);

  it('is a library', async () => {
    const script = `
      import { openMembrane } from 'membrane';
      const membrane = await openMembrane({ cwd: 'project' });
      const { output } = await membrane.actions.run('get-contact', { input: { id: '3' } });
      await membrane.close();
      console.log(JSON.stringify(output.name));`;
    writeFileSync(path.join(folder, 'use.mjs'), script);
    const { stdout, stderr } = await run(process.execPath, ['use.mjs'], {
      cwd: folder,
      env: hermeticEnvironment(home),
    });
    expect([stdout, stderr]).toEqual(['"Grace Hopper"\n', '']);
  });

  it('has types', async () => {
    const typed = `import { openMembrane, type RunResult } from 'membrane';
      export const run = async (): Promise<RunResult> => (await openMembrane()).actions.run('a', { input: {} });
      // @ts-expect-error: an action is named by a text
      export const wrong = async () => (await openMembrane()).actions.run(5);\n`;
    writeFileSync(path.join(folder, 'typed.ts'), typed);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
    const tsc = path.join(repository, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, ...flags, 'typed.ts'], { cwd: folder }).catch(
      (failure: { stdout: string }) => failure,
    );
    expect(stdout).toBe('');
  });
});
