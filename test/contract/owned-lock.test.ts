import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { withFileLock } from '../../src/adapters/owned-lock.js';
import { thisProcess } from '../../src/adapters/process-identity.js';
import { runChild, type Child } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

const entry = path.join(import.meta.dirname, 'child-lock.ts');

async function hold(file: string, ms: number): Promise<Child> {
  const child = await runChild(entry, [file, `${ms}`]);
  expect(await child.line()).toBe('held');
  return child;
}

/** A lock as somebody left it. `owner`: none, or the name of its file. */
function leaveLock(file: string, owner?: string): void {
  mkdirSync(`${file}.lock`);
  if (owner !== undefined) writeFileSync(path.join(`${file}.lock`, owner), '');
}

async function entered(file: string): Promise<string> {
  return withFileLock(file, async () => 'entered', { waitMs: 0 });
}

describe('the lock of a file', () => {
  it('is held by one process, and leaves nothing behind', async () => {
    const file = path.join(tempFolder(), 'x.json');
    const child = await hold(file, 150);
    await expect(entered(file)).rejects.toMatchObject({
      code: 'store/busy',
      message: `process ${child.pid} holds the lock of "${file}"`,
      hint: 'try again when the other command is done',
    });
    expect(await withFileLock(file, async () => 'entered')).toBe('entered');
    expect((await child.ended()).lines).toEqual(['released']);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('is held by one at a time within a process, first come, first served', async () => {
    const file = path.join(tempFolder(), 'x.json');
    const order: number[] = [];
    const all = [0, 1, 2, 3].map((index) =>
      withFileLock(file, async () => {
        await systemClock.sleep(5 - index);
        order.push(index);
        if (index === 1) throw new Error('not for the next one to care');
      }),
    );
    expect((await Promise.allSettled(all)).map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('of a killed process is taken over at once, by one of many', async () => {
    const file = path.join(tempFolder(), 'x.json');
    const child = await hold(file, 60_000);
    // Its processes are named after it on the way to the lock, and swept away with it.
    mkdirSync(`${file}.lock.${readdirSync(`${file}.lock`)[0]?.slice(0, -1)}x`);
    const next = await Promise.all([1, 2, 3, 4].map(() => runChild(entry, [file, '20'])));
    await child.kill();
    const killed = performance.now();
    const ends = await Promise.all(next.map((one) => one.ended()));
    expect(ends.map(({ lines, code }) => [code, ...lines])).toEqual(next.map(() => [0, 'held', 'released']));
    expect(performance.now() - killed).toBeLessThan(3_000);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('without an owner is free: somebody was killed while releasing it', async () => {
    const file = path.join(tempFolder(), 'x.json');
    leaveLock(file);
    expect(await entered(file)).toBe('entered');
  });

  it('of another host is free after 30 seconds of silence', async () => {
    const file = path.join(tempFolder(), 'x.json');
    leaveLock(file, '1-2-anotherhost-3');
    await expect(entered(file)).rejects.toMatchObject({ code: 'store/busy' });
    const old = new Date(Date.now() - 31_000);
    utimesSync(`${file}.lock`, old, old);
    expect(await entered(file)).toBe('entered');
  });

  it('of a process whose number we have got is free', async () => {
    const file = path.join(tempFolder(), 'x.json');
    const { pid, host } = thisProcess();
    leaveLock(file, `${pid}-1-${host}-3`);
    expect(await entered(file)).toBe('entered');
  });

  it('that was lost is noticed before writing, and not taken from its new owner', async () => {
    const file = path.join(tempFolder(), 'x.json');
    const work = withFileLock(file, async (check) => {
      check();
      renameSync(`${file}.lock`, `${file}.gone`);
      leaveLock(file, '1-2-anotherhost-3');
      check();
    });
    await expect(work).rejects.toMatchObject({
      code: 'store/fence',
      message: `the lock of "${file}" was lost to another process`,
      hint: 'nothing was written; run the command again',
    });
    expect(readdirSync(`${file}.lock`)).toEqual(['1-2-anotherhost-3']);
    rmSync(`${file}.lock`, { recursive: true });
    expect(await entered(file)).toBe('entered');
  });

  it('cannot be had where the folder is missing', async () => {
    const folder = path.join(tempFolder(), 'gone');
    await expect(entered(path.join(folder, 'x.json'))).rejects.toMatchObject({
      code: 'store/read-only',
      message: `"${folder}" cannot be written (ENOENT)`,
    });
  });
});
