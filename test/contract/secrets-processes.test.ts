import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { runChild, type Child } from '../support/child.js';
import { describeWithKeyring, startKeyring, type Keyring } from '../support/keyring.js';
import { tempFolder } from '../support/temp-folder.js';

const entry = path.join(import.meta.dirname, 'child-secrets.ts');

type Start = (root: string, ...args: string[]) => Promise<Child>;

describe('a file', () => {
  const start: Start = (root, ...args) =>
    runChild(entry, ['file', root, ...args], { XDG_CONFIG_HOME: `${root}/config` });

  it('leaves nothing behind a killed writer', async () => {
    const root = tempFolder();
    for (let round = 0; round < 5; round += 1) {
      const writer = await start(root, 'rewrite', 'crm');
      await writer.line();
      await systemClock.sleep(Math.random() * 10);
      await writer.kill();
    }
    await (await start(root, 'remove', 'crm')).ended();
    expect(readdirSync(path.join(root, '.membrane')).sort()).toEqual(['.gitignore', 'secrets.json']);
  });

  contract(50, (root, ...args) =>
    runChild(entry, ['file', root, ...args], { XDG_CONFIG_HOME: `${root}/config` }),
  );
});

describeWithKeyring('a keyring', () => {
  let keyring: Keyring;
  beforeAll(async () => {
    keyring = await startKeyring();
  });
  afterAll(async () => {
    await keyring.stop();
    keyring.remove();
  });

  for (const store of ['keychain', 'split']) {
    describe(store, () => {
      contract(store === 'split' ? 10 : 50, (root, ...args) =>
        runChild(entry, [store, root, ...args], keyring.env),
      );
    });
  }
});

function contract(count: number, start: Start): void {
  it('keeps what two processes write at once', async () => {
    const root = tempFolder();
    const children = await Promise.all(['a', 'b'].map((name) => start(root, 'fill', name, `${count}`)));
    const ends = await Promise.all(children.map((child) => child.ended()));
    expect(ends.map(({ code, stderr, lines }) => [code, stderr, lines.length])).toEqual([
      [0, '', count + 1],
      [0, '', count + 1],
    ]);
    const reader = await start(root, 'count', 'a,b', `${count}`);
    expect((await reader.ended()).lines).toEqual([`${count * 2}`]);
  });

  it('can be read after a writer was killed, and written at once', async () => {
    const root = tempFolder();
    for (let round = 0; round < 5; round += 1) {
      const writer = await start(root, 'rewrite', 'crm');
      const seen = Number(await writer.line());
      await systemClock.sleep(Math.random() * 60);
      await writer.kill();
      const last = Number((await writer.ended()).lines.at(-1) ?? seen);
      const started = performance.now();
      const [line = ''] = (await (await start(root, 'read', 'crm')).ended()).lines;
      const { number, padding } = JSON.parse(line) as { number: number; padding: string };
      expect(padding).toBe(String(number).padEnd(150, '-'));
      // The killed process may have stored one that it did not print any more.
      expect([last, last + 1]).toContainEqual(number);
      expect((await (await start(root, 'probe')).ended()).lines).toEqual([]);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
}
