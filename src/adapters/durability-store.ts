import type {
  DriveOptions,
  Durability,
  RunName,
  Step,
  StepAddress,
  StepResult,
  Steps,
} from '../core/durability.js';
import { MembraneError } from '../core/error.js';
import type { Clock, Lock, Row, Store } from '../core/ports.js';
import { openBatch } from './durability-batch.js';
import type { Outputs } from './durability-outputs.js';
import { openProgress, type Progress } from './durability-progress.js';
import { stepRows, type StepRows } from './durability-rows.js';

export interface StoreDurabilityOptions {
  readonly store: () => Promise<Store>;
  readonly clock: Clock;
  readonly outputs: Outputs;
}

const drawerName = 'node-run';
const lockName = ({ tenant, id }: RunName): string => `flow-run/${tenant}/${id}`;

/**
 * Durability on the store of the project. The lock of a run sees to it that one process drives it, and guards every
 * write: who lost it can store nothing any more.
 */
export function storeDurability({ store, clock, outputs }: StoreDurabilityOptions): Durability {
  const rowsOf = async (run: RunName): Promise<StepRows> =>
    stepRows(run, (await store()).drawer(drawerName), outputs, () => clock.now());

  return {
    async run(run, options, work) {
      const lock = await take(await store(), run);
      try {
        return await drive({ store: await store(), clock, rows: await rowsOf(run), lock }, options, work);
      } finally {
        await lock.release().catch(() => undefined); // a store that cannot be written: the lock goes stale
      }
    },
    async isDriven(run) {
      try {
        await (await take(await store(), run)).release();
        return false;
      } catch (error) {
        if (error instanceof MembraneError && error.code === 'flow/busy') return true;
        throw error;
      }
    },
    async progress(run) {
      const rows = await rowsOf(run);
      const known = await rows.progress();
      const progress = openProgress(known);
      if (known === undefined) await recount(rows, progress);
      return progress.known();
    },
    find: async (run, id) => (await rowsOf(run)).find(id),
    async *within(run, id) {
      yield* (await rowsOf(run)).within(id);
    },
    async copy(from, to, parts, wanted) {
      const [source, target] = [await rowsOf(from), await rowsOf(to)];
      const drawer = (await store()).drawer(drawerName);
      const progress = openProgress(undefined);
      progress.parts('', parts, false).begin(parts - 1);
      const scopes = new Set(['', ...(await this.progress(from)).open]);
      for (const within of scopes) {
        let rows: Row[] = [];
        for await (const step of source.within(within)) {
          if (step.hasParts) scopes.add(step.id);
          if (step.running || !wanted(step)) continue;
          if (step.group !== '') progress.count(step.group, step.state, 1);
          rows.push(await target.ended({ ...step, within }, step, step.hasParts));
          if (rows.length < 500) continue;
          await drawer.put(rows);
          rows = [];
        }
        await drawer.put(rows);
      }
      await drawer.put(target.progressRow(progress.toJson()));
    },
    async forget(run) {
      await (await rowsOf(run)).forget((await this.progress(run)).open);
      await (await store()).drawer(drawerName).remove(run.tenant, [run.id]);
      await outputs.forget(run.id);
    },
  };
}

/** The lock of a run, at once or not at all. */
async function take(store: Store, run: RunName): Promise<Lock> {
  try {
    return await store.lock(lockName(run), { waitMs: 0 });
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code !== 'store/busy') throw error;
    const who = /^(this process|process \d+) holds/.exec(error.message)?.[1];
    if (who === undefined) throw error; // the database itself is busy
    throw new MembraneError('flow/busy', `${who} works on the run "${run.id}"`, {
      hint: `let it, or stop it first: membrane flow-run stop ${run.id}`,
      cause: error,
    });
  }
}

interface Driving {
  readonly store: Store;
  readonly clock: Clock;
  readonly rows: StepRows;
  readonly lock: Lock;
}

async function drive<T>(
  { store, clock, rows, lock }: Driving,
  { fresh = false, again = () => false, onBroken, signal }: DriveOptions,
  work: (steps: Steps) => Promise<T>,
): Promise<T> {
  const drawer = store.drawer(drawerName);
  const known = fresh ? undefined : await rows.progress();
  const progress: Progress = openProgress(known);
  // The steps of a run that has few are looked at when it goes on: nothing has to be known of it as a whole.
  const few = known !== undefined ? undefined : fresh ? new Set<string>() : await recount(rows, progress);
  let count = few?.size ?? Infinity;
  const withParts = new Set<string>();
  /** What is known of the run as a whole is written with every batch, so that both are always true together. */
  const write = (written: readonly Row[]): Promise<void> => {
    count += written.length;
    if (count > mostUncounted || withParts.size > 0) count = Infinity;
    const more = count === Infinity ? [rows.progressRow(progress.toJson())] : [];
    return drawer.put([...written, ...more], { guard: lock });
  };
  const batch = openBatch(write, onBroken);
  /** Steps that are being done. */
  let underWay = 0;

  /** `before`: what it gave once, and does not any more. */
  async function end(address: StepAddress, result: StepResult, before?: StepResult): Promise<Step> {
    const { id, group } = address;
    const row = await rows.ended(address, result, withParts.delete(id));
    uncount(group, before);
    if (group !== '') progress.count(group, result.state, 1);
    if (result.state === 'failed' || result.state === 'interrupted') progress.failed(id);
    return { result, stored: batch.add(row, underWay === 0) };
  }

  function uncount(group: string, before: StepResult | undefined): void {
    if (before !== undefined && group !== '') progress.count(group, before.state, -1);
  }

  const steps: Steps = {
    async step(address, doIt) {
      const isNew = few === undefined ? address.fresh : !few.has(address.id);
      const found = isNew ? undefined : await rows.find(address.id);
      const cut: StepResult | undefined =
        found?.running === true ? { state: 'interrupted', facts: {} } : undefined;
      if (cut !== undefined && !again(cut)) return end(address, cut);
      if (found !== undefined && cut === undefined && !again(found)) return { result: found, stored };
      let before = cut === undefined ? found : undefined;
      let begun: Promise<void> | undefined;
      const begin = (): Promise<void> => {
        // What it gave before goes with the row that says so.
        uncount(address.group, before);
        before = undefined;
        return batch.add(rows.begun(address), underWay === 1);
      };
      underWay += 1;
      const result = await doIt({ onlyOnce: () => (begun ??= begin()) }).finally(() => (underWay -= 1));
      return result === undefined ? { result, stored } : end(address, result, before);
    },
    async sleep(id, ms) {
      const address = { id, within: '', group: '', fresh: false };
      const { result, stored: kept } = await steps.step(address, async () => ({
        state: 'completed',
        output: clock.now() + ms,
        facts: {},
      }));
      await kept;
      const until = typeof result?.output === 'number' ? result.output : 0;
      await clock.sleep(Math.max(0, until - clock.now()), signal);
    },
    parts(within, total, fresh) {
      if (within !== '' && total > 0) withParts.add(within);
      const parts = progress.parts(within, total, fresh);
      // Nobody knows where the run was before.
      if (within === '' && few !== undefined && few.size > 0) parts.begin(total - 1);
      return parts;
    },
    within: (id) => rows.within(id),
    progress: () => progress.known(),
    guard: { guard: lock },
  };

  try {
    return await work(steps);
  } finally {
    await batch.settle();
    // Which parts are through is known to the last batch, but for those that came to their end after it.
    if (!batch.isBroken() && !progress.isComplete())
      await drawer.put(rows.progressRow(progress.toJson()), { guard: lock }).catch(() => undefined);
  }
}

const stored = Promise.resolve();

/** A run with no more steps than these, none of them within another one, is known by them alone. */
const mostUncounted = 64;

/** Counts the steps of a run that has few; gives their ids. */
async function recount(rows: StepRows, progress: Progress): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const step of rows.within('')) {
    ids.add(step.id);
    if (step.running || step.group === '') continue;
    progress.count(step.group, step.state, 1);
    if (step.state === 'failed' || step.state === 'interrupted') progress.failed(step.id);
  }
  return ids;
}
