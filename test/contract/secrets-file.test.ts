import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileSecrets } from '../../src/adapters/secrets-file.js';
import type { Secrets } from '../../src/core/ports.js';
import { runChild } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

const credentials = { tenant: 'local', connection: 'crm', part: 'credentials' };
const parameters = { ...credentials, part: 'parameters' };
const secret = 'sk-live/1?2+3=Ü';

interface Place {
  readonly root: string;
  readonly file: string;
  readonly keyFile: string;
  open(passPhrase?: string): Secrets;
}

function place(): Place {
  const root = tempFolder();
  const keyFolder = path.join(tempFolder(), 'config', 'keys');
  return {
    root,
    file: path.join(root, '.membrane', 'secrets.json'),
    keyFile: path.join(keyFolder, 'id.key'),
    open: (passPhrase) =>
      createFileSecrets({
        root,
        projectId: async () => 'id',
        env: { MEMBRANE_SECRETS_KEY: passPhrase },
        keyFolder,
      }),
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('the files', () => {
  it('are readable by their owner only, and hold no secret', async () => {
    const { root, file, keyFile, open } = place();
    await open().write(credentials, { token: secret });
    expect([file, path.dirname(file), keyFile, path.dirname(keyFile)].map(mode)).toEqual([
      '600',
      '700',
      '600',
      '700',
    ]);
    expect(filesBelow(root).map((name) => path.relative(root, name))).toEqual([
      '.membrane/.gitignore',
      '.membrane/secrets.json',
    ]);
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').slice(0, -2),
      Buffer.from(secret).toString('base64url').slice(0, -2),
      Buffer.from(secret).toString('hex'),
    ];
    const contents = [...filesBelow(root), keyFile].map((name) => readFileSync(name, 'latin1'));
    expect(contents.filter((content) => forms.some((form) => content.includes(form)))).toEqual([]);
    expect(readFileSync(keyFile).length).toBe(32);
  });

  it('are not made by reading, removing or a pass phrase', async () => {
    const { root, keyFile, open } = place();
    await open().read(credentials);
    await open().remove(credentials);
    expect(readdirSync(root)).toEqual([]);
    await open('pass phrase').write(credentials, {});
    expect(filesBelow(path.dirname(path.dirname(path.dirname(keyFile))))).toEqual([]);
  });

  it('lie in the configuration folder of the user: the key', async () => {
    const root = path.join(tempFolder(), 'project-id');
    mkdirSync(root);
    const home = tempFolder();
    const entry = path.join(import.meta.dirname, 'child-secrets.ts');
    const child = await runChild(entry, ['file', root, 'write', 'crm'], { HOME: home, SECRET: secret });
    expect(await child.ended()).toEqual({ code: 0, signal: null, lines: [], stderr: '' });
    const expected =
      process.platform === 'linux' ? '.config/membrane/keys/project-id.key' : expect.any(String);
    expect(filesBelow(home).map((name) => path.relative(home, name))).toEqual([expected]);
  });
});

describe('the key', () => {
  it('can be a pass phrase in any Unicode form', async () => {
    const { open } = place();
    await open('Schlüssel'.normalize('NFC')).write(credentials, { token: secret });
    expect(await open('Schlüssel'.normalize('NFD')).read(credentials)).toEqual({ token: secret });
  });

  it('must be the pass phrase that the secrets were stored with', async () => {
    const { file, open } = place();
    await open('right').write(credentials, { token: secret });
    const wrong = {
      code: 'secrets/corrupt',
      message: 'the secrets are encrypted with another MEMBRANE_SECRETS_KEY',
      hint: `set MEMBRANE_SECRETS_KEY to what it was when the secrets were stored, or delete "${file}" and connect again`,
    };
    await expect(open('wrong').read(credentials)).rejects.toMatchObject(wrong);
    await expect(open('wrong').write(parameters, {})).rejects.toMatchObject(wrong);
    await expect(open('wrong').probe()).rejects.toMatchObject(wrong);
    for (const missing of [undefined, '']) {
      await expect(open(missing).read(credentials)).rejects.toMatchObject({
        code: 'secrets/locked',
        message: 'the secrets are encrypted with MEMBRANE_SECRETS_KEY, which is not set',
        hint: wrong.hint,
      });
    }
    expect(await open('right').read(credentials)).toEqual({ token: secret });
  });

  it('must be the key file that the secrets were stored with, and is never made anew for them', async () => {
    const { file, keyFile, open } = place();
    await open().write(credentials, { token: secret });
    const key = readFileSync(keyFile);
    rmSync(keyFile);
    const missing = {
      code: 'secrets/locked',
      message: `the secrets are encrypted with a key file that is missing: "${keyFile}"`,
      hint: `put the key file back, or delete "${file}" and connect again`,
    };
    await expect(open().read(credentials)).rejects.toMatchObject(missing);
    await expect(open().write(parameters, {})).rejects.toMatchObject(missing);
    writeFileSync(keyFile, key.toReversed());
    await expect(open().read(credentials)).rejects.toMatchObject({
      code: 'secrets/corrupt',
      message: `the secrets are encrypted with another key file than "${keyFile}"`,
      hint: `put the right key file there, or delete "${file}" and connect again`,
    });
    writeFileSync(keyFile, 'short');
    await expect(open().read(credentials)).rejects.toMatchObject({
      code: 'secrets/corrupt',
      message: `the key file "${keyFile}" has 5 bytes instead of 32`,
      hint: 'put the right key file there',
    });
    writeFileSync(keyFile, key);
    expect(await open().read(credentials)).toEqual({ token: secret });
  });

  it('is the one that the file names, also when there is another', async () => {
    const { open } = place();
    await open().write(credentials, { token: secret });
    expect(await open('pass phrase').read(credentials)).toEqual({ token: secret });
  });

  it('can change when no secret is left, which needs no key', async () => {
    const { keyFile, open } = place();
    await open('lost').write(credentials, { token: secret });
    await open('other').remove(credentials);
    await open().write(credentials, { token: secret });
    expect(await open().read(credentials)).toEqual({ token: secret });
    expect(readFileSync(keyFile).length).toBe(32);
  });
});

describe('the content', () => {
  it('cannot be exchanged or changed unnoticed', async () => {
    const { file, open } = place();
    await open().write(credentials, { token: secret });
    await open().write(parameters, { region: 'eu' });
    const content = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      content.replace('local/crm/credentials', 'x').replace('local/crm/parameters', 'local/crm/credentials'),
    );
    await expect(open().read(credentials)).rejects.toMatchObject({
      code: 'secrets/corrupt',
      message: `the credentials of connection "crm" of tenant "local" in "${file}" are damaged`,
      hint: 'connect it again: membrane connect INTEGRATION --reconnect',
    });
  });

  it.each(['', '{', '[]', '{"format":2}', '{"format":1,"key":{"from":"key-file"},"check":{},"secrets":{}}'])(
    'that is damaged is said to be: %s',
    async (text) => {
      const { file, open } = place();
      await open().write(credentials, {});
      writeFileSync(file, text);
      const damaged = {
        code: 'secrets/corrupt',
        message: `"${file}" is damaged, or was written by a newer membrane`,
        hint: 'put back a copy of the file, or delete it and connect again',
      };
      await expect(open().read(credentials)).rejects.toMatchObject(damaged);
      await expect(open().write(credentials, {})).rejects.toMatchObject(damaged);
      await expect(open().remove(credentials)).rejects.toMatchObject(damaged);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('that cannot be read is said to be', async () => {
    const { file, open } = place();
    mkdirSync(file, { recursive: true });
    await expect(open().read(credentials)).rejects.toMatchObject({
      code: 'secrets/unavailable',
      message: `"${file}" cannot be read (EISDIR)`,
      hint: 'check its owner and its permissions: it must be a file that you can read',
    });
  });

  it('that cannot be written is said to be', async () => {
    const { root, open } = place();
    const folder = path.join(root, '.membrane');
    writeFileSync(folder, 'in the way');
    await expect(open().write(credentials, {})).rejects.toMatchObject({ code: 'store/read-only' });
    await expect(open().probe()).rejects.toMatchObject({ code: 'store/read-only' });
  });
});
