/** The watchers of a simulated day: they are started, killed, halted, and at last ended in good order. */
import { memoryFiles } from '../../support/memory-files.js';
import { memoryConnections, memoryTenants, sequentialIds } from '../../support/memory-ports.js';
import { openMembrane, type Membrane } from '../../../src/membrane.js';
import type { Api } from '../api.js';
import { envFor } from '../project.js';
import type { Machine, SimulatedProcess } from './machine.js';
import type { Random } from './random.js';
import type { VirtualClock } from './virtual-clock.js';
import type { Weather } from './weather.js';

/** The world in which a day is lived. */
export interface World {
  readonly api: Api;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: (line: string) => void;
}

export interface Watchers {
  /** As many watch as there are to be. */
  start(): Promise<void>;
  /** Kills and halts some. */
  disturb(): Promise<void>;
  /** Ends all in good order; gives the project, opened once more. */
  stop(): Promise<Membrane>;
  kills(): number;
}

export function watchersOf(world: World, computer: Machine, root: string): Watchers {
  const { clock, random, weather, trace } = world;
  const [ids, connections, tenants] = [sequentialIds(), memoryConnections(), memoryTenants()];
  const files = memoryFiles({ ids, clock });
  let running: {
    process: SimulatedProcess;
    membrane: Membrane;
    stop: AbortController;
    ended: Promise<unknown>;
  }[] = [];
  let kills = 0;

  async function open(process: SimulatedProcess): Promise<Membrane> {
    const slow = {
      now: clock.now,
      // The wait of a watcher with nothing to do; what takes other times is exact.
      sleep: (ms: number, signal?: AbortSignal) =>
        process.ports.clock.sleep(ms === 1000 ? weather.wakeMs : ms, signal),
    };
    const ports = { ...process.ports, clock: slow, ids, connections, tenants, files: async () => files };
    return openMembrane({ cwd: root, env: envFor(world.api.url), ports });
  }

  async function start(): Promise<void> {
    const gone = running.filter(({ process }) => process.isDead());
    kills += gone.length;
    running = running.filter((one) => !gone.includes(one));
    while (running.length < weather.watchers) {
      const process = computer.start();
      const membrane = await open(process);
      const stop = new AbortController();
      const watched = membrane.watch({
        signal: stop.signal,
        reload: false,
        tell: (event) => trace(`${new Date(clock.now()).toISOString()} ${JSON.stringify(event)}`),
      });
      const ended = watched.catch((error: unknown) => {
        trace(`a watcher ends: ${String(error)}`);
        throw error;
      });
      ended.catch(() => undefined);
      running.push({ process, membrane, stop, ended });
    }
  }

  return {
    start,
    kills: () => kills,
    async disturb() {
      if (weather.deadly > 0 && random.chance(0.05)) random.pick(running).process.kill();
      if (weather.halts && random.chance(0.05))
        random.pick(running).process.halt(random.whole(1000, 200_000));
      // Now and then nobody watches for a while.
      if (random.chance(0.5)) await start();
    },
    async stop() {
      for (const { stop } of running) stop.abort(new Error('the day is over'));
      const all = Promise.all(running.map(async ({ ended, membrane }) => (await ended, membrane.close())));
      all.catch(() => undefined);
      await clock.runUntil(clock.now() + 600_000);
      await all;
      return open(computer.start());
    },
  };
}
