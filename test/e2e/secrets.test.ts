import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repository, type CliOptions } from '../support/cli.js';
import { describeWithKeyring, startKeyring, type Keyring, type KeyringOptions } from '../support/keyring.js';
import { tempFolder } from '../support/temp-folder.js';
import { filesWith, formsOf, runAll, vault, type Vault } from './vault.js';

const fileStore = 'choose the file store ("secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=file)';

/** Everything that prints something about a connection, its runs and its requests. */
const walk = [
  ['action', 'run', 'look'],
  ['action', 'run', 'repeat', '--set', 'note=hello'],
  ['action', 'run', 'fail'],
  ['request', 'vault', 'GET', '/echo'],
  ['request', 'vault', 'POST', '/fail', '--data', '{"a": 1}'],
  ['connection', 'list'],
  ['connection', 'show', 'vault'],
  ['connection', 'test', 'vault'],
  ['logs', '--limit', '100'],
  ['doctor'],
];
const exits = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0];

describeWithKeyring('an API key in the keychain', () => {
  it('is there, and nowhere else', async () => {
    const ring = await keyring();
    const world = await closed();
    await takeTheWalk(world, { env: ring.env });
    expect(await inKeyring(world, ring)).toEqual([world.key]);
  });

  it('goes with the connection', async () => {
    const ring = await keyring();
    const world = await closed();
    const { project, input } = world;
    const env = ring.env;
    expect((await project.run(['connect', 'vault', '--input', '-'], { input, env })).code).toBe(0);
    expect((await project.run(['connection', 'delete', 'vault', '--yes'], { env })).code).toBe(0);
    expect(await inKeyring(world, ring)).toEqual([]);
  });

  it('cannot be kept in a keyring that is locked', async () => {
    const { env } = await keyring({ locked: true });
    await refused(
      { env },
      `error[secrets/locked]: the keychain is locked: Object does not exist at path “/org/freedesktop/secrets/collection/login”
   = help: unlock the login keyring (log in to the desktop, or: gnome-keyring-daemon --unlock), or ${fileStore}
`,
    );
  });

  it('cannot be read from a keyring that was locked since', async () => {
    const open = await startKeyring();
    const { project, input } = await closed();
    await project.run(['connect', 'vault', '--input', '-'], { input, env: open.env });
    await open.stop();
    const { env } = await keyring({ locked: true, folder: open.folder });
    const run = await project.run(['action', 'run', 'look'], { env });
    expect([run.code, run.stdout, run.stderr]).toEqual([
      4,
      '',
      `error[secrets/locked]: the keychain is locked: Cannot create an item in a locked collection
   = help: unlock the login keyring (log in to the desktop, or: gnome-keyring-daemon --unlock), or ${fileStore}
`,
    ]);
  });
});

describe('an API key in the encrypted file', () => {
  it('is nowhere to be read', async () => {
    await takeTheWalk(await closed('secrets: file'), {});
  });

  it('is nowhere to be read with a pass phrase either', async () => {
    await takeTheWalk(await closed('secrets: file'), { env: { MEMBRANE_SECRETS_KEY: 'correct horse' } });
  });
});

describe.runIf(process.platform === 'linux')('without a keychain', () => {
  it('because there is no D-Bus, the file store is named, and works', async () => {
    await refused(
      {},
      `error[secrets/unavailable]: the keychain cannot be used: Cannot autolaunch D-Bus without X11 $DISPLAY
   = help: start a D-Bus session and a keyring (dbus-run-session, gnome-keyring-daemon --unlock), or ${fileStore}
`,
    );
  });

  it('because keytar is not installed, the file store is named, and works', async () => {
    await refused(
      { command: [process.execPath, copyWithoutKeytar()] },
      `error[secrets/unavailable]: the keychain cannot be used: the package "keytar" is not installed
   = help: run "npm install" with optional dependencies, or ${fileStore}
`,
    );
  });
});

describe('an API key in the environment', () => {
  it('makes a connection without connect, which leaves no trace of it', async () => {
    const { project, server, key } = await closed();
    const env = {
      CI: 'true',
      MEMBRANE_SECRETS: 'env',
      MEMBRANE_SECRET_VAULT_APIKEY: key,
      MEMBRANE_SECRET_VAULT_BASEURI: server.url,
    };
    const { results, seen } = await runAll(project, [...walk, ...walk.map(asJson)], { env });
    expect(results.map(({ code }) => code)).toEqual([...exits, ...exits]);
    expect(found(key, [...results.map(({ stdout, stderr }) => stdout + stderr), seen])).toEqual([]);
    expect(filesWith(key, path.dirname(project.root))).toEqual([]);
    const list = await project.run(['connection', 'list'], { env });
    expect(list.stdout).toBe(
      'KEY    INTEGRATION  TENANT  STATE  SECRETS  REFRESH  LAST USED  NAME\n' +
        'vault  vault        local   READY  env               just now   Vault\n',
    );
    const connect = await project.run(['connect', 'vault', '--input', '-'], { env, input: '{}' });
    expect([connect.code, connect.stderr]).toEqual([
      4,
      `error[secrets/read-only]: secrets come from environment variables here: "vault" needs no connect
   = help: set its variables: MEMBRANE_SECRET_VAULT_APIKEY, MEMBRANE_SECRET_VAULT_BASEURI
`,
    ]);
  });
});

it('what does not fit the schema is refused without showing it', async () => {
  const { project, server } = await closed('secrets: file');
  const input = JSON.stringify({ apiKey: 'xq7-k9', baseUri: server.url });
  for (const args of [[], ['--json']]) {
    const run = await project.run(['connect', 'vault', '--input', '-', ...args], { input });
    expect([run.code, found('xq7-k9', [run.stdout, run.stderr])]).toEqual([2, []]);
  }
  expect(filesWith('xq7-k9', path.dirname(project.root))).toEqual([]);
});

/** Connects, does everything, as text and as JSON, and looks for the key in all that came of it. */
async function takeTheWalk({ project, key, input }: Vault, options: Partial<CliOptions>): Promise<void> {
  const { results, seen } = await runAll(
    project,
    [
      { args: ['connect', 'vault', '--input', '-'], input },
      { args: ['connect', 'vault', '--input', '-', '--reconnect', '--json'], input },
      ...walk,
      ...walk.map(asJson),
    ],
    options,
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0, ...exits, ...exits]);
  const runs = await project.run(['logs', '--type', 'action-run', '--json'], options);
  const { data } = JSON.parse(runs.stdout) as { data: { id: string }[] };
  const shown = await Promise.all(data.map(({ id }) => project.run(['logs', 'show', id], options)));
  const printed = [...results, runs, ...shown].map(({ stdout, stderr }) => stdout + stderr);
  expect(found(key, [...printed, seen])).toEqual([]);
  expect(filesWith(key, path.dirname(project.root))).toEqual([]);
}

/** Connects where there is no keychain: says so, saves nothing, and the file store works on demand. */
async function refused(options: Partial<CliOptions>, stderr: string): Promise<void> {
  const { project, key, input } = await closed();
  const connect = ['connect', 'vault', '--input', '-'];
  const run = await project.run(connect, { ...options, input });
  expect([run.code, run.stdout, run.stderr]).toEqual([4, '', stderr]);
  expect((await project.run(['connection', 'list'], options)).stdout).toBe('');

  const inFile = await project.run([...connect, '--secrets', 'file'], { ...options, input });
  const saved = 'connected "vault" (vault), secrets in the encrypted file\n';
  expect([inFile.code, inFile.stdout, inFile.stderr]).toEqual([0, saved, '']);
  const env = { ...options.env, MEMBRANE_SECRETS: 'file' };
  const byVariable = await project.run([...connect, '--key', 'other'], { ...options, input, env });
  expect([byVariable.code, byVariable.stderr]).toEqual([0, '']);
  for (const connection of ['vault', 'other']) {
    const used = await project.run(['action', 'run', 'look', '--connection', connection], options);
    expect([used.code, used.stdout, used.stderr]).toEqual([0, '{\n  "id": "me"\n}\n', '']);
  }
  expect(filesWith(key, path.dirname(project.root))).toEqual([]);
}

async function closed(settings?: string): Promise<Vault> {
  const world = await vault(settings);
  onTestFinished(() => world.server.close());
  return world;
}

async function keyring(options: KeyringOptions = {}): Promise<Keyring> {
  const started = await startKeyring(options);
  onTestFinished(async () => {
    await started.stop();
    started.remove();
  });
  return started;
}

/** The texts that hold the key, in whatever form. */
function found(key: string, texts: readonly string[]): string[] {
  return texts.filter((text) => formsOf(key).some((form) => text.includes(form)));
}

function asJson(args: readonly string[]): string[] {
  return [...args, '--json'];
}

/** The API keys that the keyring holds for the project, as another program reads them. */
async function inKeyring({ project }: Vault, { env }: Keyring): Promise<string[]> {
  const { id } = JSON.parse(await project.read('.membrane/project.json')) as { id: string };
  const script = `
    require(${JSON.stringify(createRequire(import.meta.url).resolve('keytar'))})
      .findCredentials(${JSON.stringify(`membrane:${id}`)})
      .then((found) => console.log(JSON.stringify(found)));`;
  const text = execFileSync(process.execPath, ['-e', script], { env: { ...env }, encoding: 'utf8' });
  const entries = JSON.parse(text) as { account: string; password: string }[];
  return entries
    .filter(({ account }) => account.endsWith('/credentials'))
    .map(({ password }) => (JSON.parse(password) as { apiKey: string }).apiKey);
}

/** The program where npm has left out the optional package. */
function copyWithoutKeytar(): string {
  const folder = tempFolder();
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(path.join(repository, part), path.join(folder, part), { recursive: true });
  }
  mkdirSync(path.join(folder, 'node_modules'));
  for (const name of readdirSync(path.join(repository, 'node_modules'))) {
    if (name === 'keytar' || name.startsWith('.')) continue;
    symlinkSync(path.join(repository, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  return path.join(folder, 'bin/membrane.js');
}
