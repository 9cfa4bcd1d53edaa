import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOutputs } from '../../src/adapters/durability-outputs.js';
import { storeDurability } from '../../src/adapters/durability-store.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Durability, StepAddress, StepResult, Steps } from '../../src/core/durability.js';
import { MembraneError } from '../../src/core/error.js';
import type { Clock, Store } from '../../src/core/ports.js';
import { fakeClock, memoryStore } from '../support/memory-ports.js';

const run = { tenant: 'local', id: 'run1' };
const at = (id: string, more: Partial<StepAddress> = {}): StepAddress => {
  return { id, within: '', group: 'g', fresh: false, ...more };
};
const done = (output: number | string): StepResult => ({ state: 'completed', output, facts: {} });
const calm = { onBroken: () => undefined, signal: new AbortController().signal };

const stores: Record<string, (clock: Clock, root: string) => Promise<Store>> = {
  'the store in memory': async (clock) => memoryStore(clock),
  sqlite: (clock, root) =>
    openSqliteStore({ file: path.join(root, '.membrane/state.db'), synchronous: 'normal', clock }),
};

async function opened(name: string) {
  const root = mkdtempSync(path.join(tmpdir(), 'membrane-durability-'));
  const clock = fakeClock();
  const store = await stores[name]!(clock, root);
  onTestFinished(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });
  const over = (other: Store): Durability =>
    storeDurability({ store: async () => other, clock, outputs: fileOutputs(root) });
  return { root, clock, store, durability: over(store), over };
}

/** Does a step whose result is stored when it resolves. */
async function doStep(steps: Steps, address: StepAddress, result: StepResult | undefined): Promise<unknown> {
  const { result: gave, stored } = await steps.step(address, async () => result);
  await stored;
  return gave;
}

describe.each(Object.keys(stores))('durability on %s', (name) => {
  it('does a step once, whoever asks later', async () => {
    const { durability } = await opened(name);
    const first = await durability.run(run, calm, (steps) => doStep(steps, at('a:0'), done(1)));
    const again = await durability.run(run, calm, async (steps) => [
      await doStep(steps, at('a:0'), done(2)),
      await doStep(steps, at('a:1'), done(3)),
      steps.progress().counts,
    ]);
    expect(first).toEqual(done(1));
    expect(again).toEqual([expect.objectContaining(done(1)), done(3), { g: { completed: 2 } }]);
    expect(await durability.progress(run)).toMatchObject({ counts: { g: { completed: 2 } }, failures: [] });
  });

  it('keeps runs and tenants apart', async () => {
    const { durability } = await opened(name);
    await durability.run(run, calm, (steps) => doStep(steps, at('a:0'), done(1)));
    expect(await durability.find({ ...run, tenant: 'acme' }, 'a:0')).toBeUndefined();
    expect(await durability.find({ ...run, id: 'run2' }, 'a:0')).toBeUndefined();
    expect((await durability.find(run, 'a:0'))?.output).toBe(1);
  });

  it('lets one drive a run; the other is told', async () => {
    const { durability, over, store } = await opened(name);
    const other = over(store);
    await durability.run(run, calm, async () => {
      const refused = await other.run(run, calm, async () => 1).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'flow/busy', message: expect.stringContaining('"run1"') });
      expect([await other.isDriven(run), await other.isDriven({ ...run, id: 'run2' })]).toEqual([
        true,
        false,
      ]);
    });
    expect(await other.isDriven(run)).toBe(false);
  });

  it('marks what was cut off after it said that it must not be done twice', async () => {
    const { durability, over, store } = await opened(name);
    const dying = over(store);
    const never = new Promise<undefined>(() => undefined);
    let begun = (): void => undefined;
    const said = new Promise<void>((resolve) => (begun = resolve));
    void dying.run(run, calm, (steps) =>
      steps.step(at('a:0'), async ({ onlyOnce }) => {
        await onlyOnce();
        await onlyOnce();
        begun();
        return never;
      }),
    );
    await said;
    expect((await durability.find(run, 'a:0'))?.running).toBe(true);
    // As if the process of the first were dead, and its lock with it.
    const later = over({
      ...store,
      lock: async (lock) => ({ name: lock, fence: 0, release: async () => undefined }),
      drawer: (drawer) => ({ ...store.drawer(drawer), put: (rows) => store.drawer(drawer).put(rows) }),
    });
    const cut = await later.run(run, calm, (steps) => doStep(steps, at('a:0'), done(1)));
    expect(cut).toEqual({ state: 'interrupted', facts: {} });
    expect(await durability.progress(run)).toMatchObject({
      counts: { g: { interrupted: 1 } },
      failures: ['a:0'],
    });
    const again = { ...calm, again: ({ state }: StepResult) => state === 'interrupted' };
    expect(await later.run(run, again, (steps) => doStep(steps, at('a:0'), done(1)))).toEqual(done(1));
    expect((await durability.progress(run)).counts).toEqual({ g: { interrupted: 0, completed: 1 } });
  });

  it('stores nothing of a step that could not come to its end', async () => {
    const { durability } = await opened(name);
    expect(await durability.run(run, calm, (steps) => doStep(steps, at('a:0'), undefined))).toBeUndefined();
    expect(await durability.find(run, 'a:0')).toBeUndefined();
  });

  it('knows which parts are through, also of steps within steps', async () => {
    const { durability } = await opened(name);
    const died = new Error('died');
    const dying = durability.run(run, calm, async (steps) => {
      const parts = steps.parts('', 300, false);
      for (const index of [0, 1, 2, 5]) {
        parts.begin(index);
        await doStep(steps, at(`a:${index}`, { fresh: true }), done(index));
        parts.finish(index);
      }
      parts.begin(3);
      const inner = steps.parts('a:3', 10, true);
      inner.begin(0);
      await doStep(steps, at('a:3/b:0', { within: 'a:3' }), done('b'));
      inner.finish(0);
      inner.begin(4);
      await doStep(steps, at('a:3/b:4', { within: 'a:3' }), done('b'));
      throw died;
    });
    await expect(dying).rejects.toBe(died);
    const known = await durability.progress(run);
    expect(known).toMatchObject({
      total: 300,
      begun: 6,
      finished: 4,
      open: ['a:3'],
      counts: { g: { completed: 6 } },
    });
    await durability.run(run, calm, async (steps) => {
      const parts = steps.parts('', 300, false);
      expect([0, 1, 2, 3, 4, 5, 6].map((index) => parts.isFinished(index))).toEqual([
        true,
        true,
        true,
        false,
        false,
        true,
        false,
      ]);
      expect([parts.begin(3), parts.begin(4), parts.begin(6)]).toEqual([false, false, true]);
      const inner = steps.parts('a:3', 10, false);
      expect([inner.isFinished(0), inner.isFinished(4), inner.begin(4), inner.begin(5)]).toEqual([
        true,
        false,
        false,
        true,
      ]);
    });
  });

  it('gives the steps within a step, in pages', async () => {
    const { durability } = await opened(name);
    const ids = Array.from({ length: 1200 }, (_, index) => `a:0/b:${index}`);
    await durability.run(run, calm, async (steps) => {
      steps.parts('a:0', ids.length, true);
      await Promise.all(ids.map((id) => doStep(steps, at(id, { within: 'a:0', fresh: true }), done(id))));
      await doStep(steps, at('a:0', { fresh: true }), done('all'));
      const seen: string[] = [];
      for await (const step of steps.within('a:0')) seen.push(step.id);
      expect(seen.sort()).toEqual([...ids].sort());
    });
    expect((await durability.find(run, 'a:0'))?.hasParts).toBe(true);
    await durability.forget(run);
    const left: string[] = [];
    for (const within of ['', 'a:0'])
      for await (const { id } of durability.within(run, within)) left.push(id);
    expect(left).toEqual([]);
  });

  it('keeps long outputs in files, and says so when one is gone', async () => {
    const { durability, root } = await opened(name);
    const long = 'x'.repeat(300_000);
    await durability.run(run, calm, (steps) => doStep(steps, at('a:0'), done(long)));
    const folder = path.join(root, '.membrane/outputs/run1');
    expect(readdirSync(folder)).toHaveLength(1);
    expect((await durability.find(run, 'a:0'))?.output).toBe(long);
    writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), '"half');
    await expect(durability.find(run, 'a:0')).rejects.toMatchObject({ code: 'store/corrupt' });
    await durability.forget(run);
    expect(await durability.find(run, 'a:0')).toBeUndefined();
  });

  it('ends a run whose results cannot be stored, and says so once', async () => {
    const { over, store } = await opened(name);
    const full = new MembraneError('store/unavailable', 'no space left');
    const broken: unknown[] = [];
    const dying = over({
      ...store,
      drawer: (drawer) => ({
        ...store.drawer(drawer),
        put: async () => {
          throw full;
        },
      }),
    });
    const failed = dying.run(run, { ...calm, onBroken: (error) => void broken.push(error) }, (steps) =>
      Promise.allSettled([1, 2, 3].map((index) => doStep(steps, at(`a:${index}`), done(index)))),
    );
    expect((await failed).map((end) => end.status === 'rejected' && (end.reason as unknown))).toEqual([
      full,
      full,
      full,
    ]);
    expect(broken).toEqual([full]);
  });

  it('begins a run with steps of another one', async () => {
    const { durability } = await opened(name);
    await durability.run(run, calm, async (steps) => {
      steps.parts('', 2, false).begin(0);
      await doStep(steps, at('a:0'), done(1));
      await doStep(steps, at('a:0/b:0.0'), done(2));
    });
    const other = { ...run, id: 'run2' };
    await durability.copy(run, other, 2, ({ id }) => !id.includes('b'));
    expect([await durability.find(other, 'a:0'), await durability.find(other, 'a:0/b:0.0')]).toMatchObject([
      { output: 1 },
      undefined,
    ]);
    expect((await durability.progress(other)).counts).toEqual({ g: { completed: 1 } });
  });

  it('sleeps until the time that was set first', async () => {
    const { durability, clock } = await opened(name);
    let woken = 0;
    const sleeping = durability.run(run, calm, async (steps) => {
      await steps.sleep('nap', 1000);
      woken = clock.now();
    });
    const start = clock.now();
    while (clock.sleepers() === 0) await new Promise((resolve) => void setImmediate(resolve));
    await clock.move(1000);
    await sleeping;
    expect(woken - start).toBe(1000);
    await durability.run(run, calm, (steps) => steps.sleep('nap', 1000));
    expect(clock.now()).toBe(woken);
  });
});
