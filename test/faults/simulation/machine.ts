/** Processes that share a store and an API, and can be killed or halted at any call that they make to the outside. */
import { memoryStore } from '../../../src/adapters/store-memory.js';
import { MembraneError } from '../../../src/core/error.js';
import type { Drawer, Http, Lock, Ports, Store, WriteOptions } from '../../../src/core/ports.js';
import type { Random } from './random.js';
import type { VirtualClock } from './virtual-clock.js';

/** A process that is halted for longer loses its locks. */
const silentMs = 30_000;
const never = new Promise<never>(() => undefined);

export interface Machine {
  start(): SimulatedProcess;
  /** What living processes hold, and wait for. */
  left(): { readonly locks: number; readonly sleepers: number };
  /** How many subscriptions there are, and events that wait. */
  rowsKept(): Promise<number>;
}

export interface SimulatedProcess {
  readonly ports: Pick<Ports, 'clock' | 'http' | 'store'>;
  isDead(): boolean;
  /** It does nothing more, and its locks are free. */
  kill(): void;
  /** It does nothing for a while. */
  halt(ms: number): void;
}

interface Held {
  readonly owner: Life;
  readonly fence: number;
}

interface Life {
  dead: boolean;
  haltedSince: number;
  haltedUntil: number;
  sleepers: number;
}

export function machine(options: {
  readonly clock: VirtualClock;
  readonly http: Http;
  readonly random: Random;
  /** How likely a process dies at each call of the store. */
  readonly deadly: () => number;
}): Machine {
  const { clock, http, random } = options;
  const store = memoryStore(clock);
  const locks = new Map<string, Held>();
  const lives: Life[] = [];
  let fences = 0;

  const isFree = ({ owner }: Held): boolean =>
    owner.dead || (owner.haltedUntil > clock.now() && clock.now() - owner.haltedSince > silentMs);

  function check({ guard }: WriteOptions = {}): void {
    if (guard === undefined || locks.get(guard.name)?.fence === guard.fence) return;
    throw new MembraneError('store/fence', `the lock "${guard.name}" was lost to another process`);
  }

  function storeOf(life: Life, gate: () => Promise<void>): Store {
    /** A process may die before a write, and after it, when nobody has heard of it yet. */
    async function at<T>(work: () => Promise<T>, mayDie = false): Promise<T> {
      await gate();
      if (mayDie && random.chance(options.deadly())) life.dead = true;
      await gate();
      const done = await work();
      if (mayDie && random.chance(options.deadly())) life.dead = true;
      await gate();
      return done;
    }
    const drawer = (name: string): Drawer => {
      const inner = store.drawer(name);
      return {
        put: (rows, how) => at(async () => (check(how), inner.put(rows)), true),
        remove: (tenant, ids, how) => at(async () => (check(how), inner.remove(tenant, ids)), true),
        get: (tenant, id) => at(() => inner.get(tenant, id)),
        list: (query) => at(() => inner.list(query)),
        count: (query) => at(() => inner.count(query)),
        parents: () => at(() => inner.parents()),
        prune: (limits) => at(() => inner.prune(limits)),
      };
    };
    return {
      drawer,
      write: (changes, how) => at(async () => (check(how), store.write(changes)), true),
      turn: (...given) => at(() => store.turn(...given)),
      pause: (...given) => at(() => store.pause(...given)),
      async lock(name, { waitMs = 30_000, signal } = {}) {
        const deadline = clock.now() + waitMs;
        for (;;) {
          signal?.throwIfAborted();
          await gate();
          const held = locks.get(name);
          if (held === undefined || isFree(held)) return take(name);
          if (clock.now() >= deadline)
            throw new MembraneError('store/busy', `process 1 holds the lock "${name}"`);
          await clock.sleep(Math.min(deadline - clock.now(), 500), signal);
        }
      },
      close: async () => undefined,
    };
    function take(name: string): Lock {
      const fence = (fences += 1);
      locks.set(name, { owner: life, fence });
      const release = async (): Promise<void> => {
        await gate();
        if (locks.get(name)?.fence === fence) locks.delete(name);
      };
      return { name, fence, release };
    }
  }

  return {
    async rowsKept() {
      const counts = ['subscription', 'event-pending'].map((name) => store.drawer(name).count({}));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    left: () => ({
      locks: [...locks.values()].filter((held) => !isFree(held)).length,
      sleepers: lives.reduce((sum, { dead, sleepers }) => sum + (dead ? 0 : sleepers), 0),
    }),
    start() {
      const life: Life = { dead: false, haltedSince: 0, haltedUntil: 0, sleepers: 0 };
      lives.push(life);
      const gate = async (): Promise<void> => {
        clock.stir();
        if (life.dead) await never;
        while (life.haltedUntil > clock.now()) await clock.sleep(life.haltedUntil - clock.now());
        if (life.dead) await never;
      };
      const own = storeOf(life, gate);
      return {
        isDead: () => life.dead,
        kill: () => void (life.dead = true),
        halt(ms) {
          life.haltedSince = clock.now();
          life.haltedUntil = clock.now() + ms;
        },
        ports: {
          clock: {
            now: clock.now,
            async sleep(ms, signal) {
              life.sleepers += 1;
              await clock.sleep(ms, signal).finally(() => (life.sleepers -= 1));
              await gate();
            },
          },
          store: async () => own,
          http: {
            async send(request) {
              await gate();
              try {
                return await http.send(request);
              } finally {
                await gate();
              }
            },
          },
        },
      };
    },
  };
}
