import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runChild } from '../support/child.js';
import { describeWithKeyring, startKeyring, type Keyring, type KeyringOptions } from '../support/keyring.js';
import { tempFolder } from '../support/temp-folder.js';

const entry = path.join(import.meta.dirname, 'child-secrets.ts');
const keytarFolder = path.dirname(path.dirname(createRequire(import.meta.url).resolve('keytar')));
const secret = 'sk-live/1?2+3=Ü';
const fileStore = 'choose the file store ("secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=file)';

async function keyring(options: KeyringOptions = {}): Promise<Keyring> {
  const started = await startKeyring(options);
  onTestFinished(async () => {
    await started.stop();
    started.remove();
  });
  return started;
}

/** What the process prints: a value, or an error. */
async function run(
  env: Readonly<Record<string, string>>,
  command: string,
  ...args: string[]
): Promise<unknown> {
  const child = await runChild(entry, ['keychain', '/project/id', command, ...args], env);
  return answer(await child.ended());
}

function answer(end: { code: number | null; stderr: string; lines: readonly string[] }): unknown {
  expect([end.code, end.stderr]).toEqual([0, '']);
  return end.lines.length === 0 ? undefined : JSON.parse(end.lines[0] ?? '');
}

describeWithKeyring('the keychain', () => {
  it('has one entry for each part, which other programs can read', async () => {
    const { env } = await keyring();
    expect(await run({ ...env, SECRET: secret }, 'write', 'acme/crm')).toBe(undefined);
    const script = `
      const keytar = require(${JSON.stringify(keytarFolder)});
      keytar.findCredentials('membrane:id').then((found) => console.log(JSON.stringify(found)));`;
    const found = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
    expect(JSON.parse(found)).toEqual([
      { account: 'local/acme%2Fcrm/credentials', password: '{"token":"sk-live/1?2+3=\\u00dc"}' },
    ]);
  });

  it('gets its secrets by no argument and no variable of a process', async () => {
    const { env } = await keyring();
    const child = await runChild(entry, ['keychain', '/project/id', 'rewrite', 'crm'], env);
    await child.line();
    const mine = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === child.pid);
    expect(mine.length).toBe(1);
    const texts = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${mine[0]}/${name}`, 'utf8'));
    expect(texts.filter((text) => text.includes('padding') || text.includes('-----'))).toEqual([]);
    await child.kill();
  });

  it('works for a process that ends at once after its last call', async () => {
    const { env } = await keyring();
    const started = performance.now();
    expect(await run(env, 'probe')).toBe(undefined);
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  const lockedError = (reason: string) => ({
    code: 'secrets/locked',
    message: `the keychain is locked: ${reason}`,
    hint: `unlock the login keyring (log in to the desktop, or: gnome-keyring-daemon --unlock), or ${fileStore}`,
  });

  it('that is locked is not empty', async () => {
    const open = await startKeyring();
    await run({ ...open.env, SECRET: secret }, 'write', 'crm');
    await open.stop();
    const { env } = await keyring({ locked: true, folder: open.folder });
    const error = lockedError('Cannot create an item in a locked collection');
    for (const command of ['read', 'write', 'remove', 'probe'])
      expect(await run(env, command, 'crm')).toEqual(error);
    expect(await run(env, 'read', 'none')).toEqual(error);
  });

  it('that nobody has made yet is locked too', async () => {
    const { env } = await keyring({ locked: true });
    const error = lockedError('Object does not exist at path “/org/freedesktop/secrets/collection/login”');
    for (const command of ['read', 'write', 'remove', 'probe'])
      expect(await run(env, command, 'crm')).toEqual(error);
  });

  it('that does not answer is given up, and the process ends', async () => {
    const ring = await keyring();
    await run(ring.env, 'probe');
    ring.freeze();
    const started = performance.now();
    expect(await run(ring.env, 'read', 'crm')).toEqual({
      code: 'secrets/unavailable',
      message: 'the keychain does not answer: no answer within 3 s',
      hint: `answer its prompt if it shows one, start it again if it is stuck, or ${fileStore}`,
    });
    expect(performance.now() - started).toBeLessThan(6_000);
  });
});

describe.runIf(process.platform === 'linux')('without a keychain', () => {
  it('because there is no D-Bus, says so', async () => {
    const error = {
      code: 'secrets/unavailable',
      message: 'the keychain cannot be used: Cannot autolaunch D-Bus without X11 $DISPLAY',
      hint: `start a D-Bus session and a keyring (dbus-run-session, gnome-keyring-daemon --unlock), or ${fileStore}`,
    };
    const env = { HOME: tempFolder() };
    for (const command of ['read', 'write', 'remove', 'probe'])
      expect(await run(env, command, 'crm')).toEqual(error);
  });

  it('because keytar is not installed, says so', async () => {
    expect(await runElsewhere(tempFolder())).toEqual({
      code: 'secrets/unavailable',
      message: 'the keychain cannot be used: the package "keytar" is not installed',
      hint: `run "npm install" with optional dependencies, or ${fileStore}`,
    });
  });

  it('because a library of the system is missing, says so', async () => {
    const folder = tempFolder();
    const copy = path.join(folder, 'node_modules', 'keytar');
    cpSync(keytarFolder, copy, { recursive: true });
    // The library that it wants has another name, and so does not exist.
    for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.node')) continue;
      const addon = readFileSync(path.join(copy, name)).toString('latin1');
      writeFileSync(
        path.join(copy, name),
        addon.replaceAll('libsecret-1.so.0', 'libsecret-9.so.0'),
        'latin1',
      );
    }
    expect(await runElsewhere(folder)).toEqual({
      code: 'secrets/unavailable',
      message:
        'the keychain cannot be used: libsecret-9.so.0: cannot open shared object file: No such file or directory',
      hint: `install its library and a keyring (apt-get install libsecret-1-0 gnome-keyring), or ${fileStore}`,
    });
  });
});

/** The same program with the packages of another folder. */
async function runElsewhere(folder: string): Promise<unknown> {
  const outfile = path.join(folder, 'bin', 'secrets.mjs');
  mkdirSync(path.dirname(outfile));
  const banner = {
    js: "import { createRequire as make } from 'node:module'; const require = make(import.meta.url);",
  };
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner,
    logLevel: 'silent',
  });
  const args = [outfile, 'keychain', '/project/id', 'read', 'crm'];
  const stdout = execFileSync(process.execPath, args, { env: { PATH: process.env.PATH }, encoding: 'utf8' });
  return JSON.parse(stdout);
}

function parentOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
