import { memoryConnections, memoryTenants } from './adapters/connections-memory.js';
import { stillClock } from './adapters/clock-still.js';
import { sequentialIds } from './adapters/ids-sequential.js';
import { memorySecrets } from './adapters/secrets-memory.js';
import { memoryStore } from './adapters/store-memory.js';
import { temporaryFolder } from './adapters/temporary-folder.js';
import { MembraneError } from './core/error.js';
import { newSeed } from './adapters/new-seed.js';
import type { Clock, Http, Ids, Ports, Store } from './core/ports.js';
import type { Limits } from './core/project.js';
import type { Sandbox } from './core/sandbox.js';
import { createPlayer, type Player, type Recordings } from './engine/tape-player.js';
import { hideIds } from './engine/tape-texts.js';

/** Where the clock stands in a test that does not say it, and has no tape. */
const defaultTime = Date.UTC(2030, 0, 1);

export interface Hermetic {
  readonly ports: Partial<Ports>;
  readonly player: Player;
  /** Takes ids out that the engine made. */
  readonly hide: <T>(value: T) => T;
  /** Removes what a run has put into files. */
  end(): Promise<void>;
}

/** Ports that reach nothing outside of this process: what a test needs comes from its tape and its responses. */
export function hermeticPorts(
  limits: Limits,
  recordings: Omit<Recordings, 'hide'>,
  given: string | undefined,
): Hermetic {
  const time = timeOf(given) ?? timeOf(recordings.tape?.time) ?? defaultTime;
  const clock = stillClock({ time, limitMs: Math.min(limits.actionMs, limits.flowRunMs), share: 0.01 });
  const { ids, made } = noted(sequentialIds());
  const hide = hideIds(made);
  const player = createPlayer({ ...recordings, hide });
  const secrets = memorySecrets();
  const folder = temporaryFolder();
  const files = () => import('./adapters/files-disk.js');
  const durable = () => import('./adapters/durability-store.js');
  const outputs = () => import('./adapters/durability-outputs.js');
  let store: Store | undefined;
  const openStore = async () => (store ??= memoryStore(clock));
  return {
    player,
    hide,
    end: folder.remove,
    ports: {
      clock,
      ids,
      http: player.http,
      callbacks: { listen: async () => undefined },
      connections: memoryConnections(),
      tenants: memoryTenants(),
      store: openStore,
      secrets: async () => secrets,
      files: once(async () => (await files()).openFiles({ root: await folder.path(), ids, clock })),
      durability: once(async () => {
        const { fileOutputs } = await outputs();
        const { storeDurability } = await durable();
        return storeDurability({ store: openStore, clock, outputs: fileOutputs(await folder.path()) });
      }),
      sandbox: once(() => sandboxWith(clock, limits.javascriptBytes, recordings.tape?.seed ?? 1)),
    },
  };
}

export interface Recorded {
  readonly ports: Partial<Ports>;
  readonly madeIds: ReadonlySet<string>;
  /** Where the numbers start that code has drawn; undefined where no code ran. */
  seed(): number | undefined;
}

/** Ports for a recording: the real world, but that time stands still, and that all is noted. */
export function recordingPorts(limits: Limits, time: number, http: Http, ids: Ids): Recorded {
  const clock = stillClock({ time, limitMs: Math.min(limits.actionMs, limits.flowRunMs), share: 1 });
  const { ids: noting, made } = noted(ids);
  let used: number | undefined;
  const sandbox = once(() => {
    used = newSeed();
    return sandboxWith(clock, limits.javascriptBytes, used);
  });
  return { ports: { clock, ids: noting, http, sandbox }, madeIds: made, seed: () => used };
}

/** A network for projects that are only looked at. */
export const noNetwork: Http = {
  send: async () => {
    throw new MembraneError('tape/request', 'tests have no network', { class: 'configuration' });
  },
};

/** What is slow to make is made once, when it is needed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function noted(ids: Ids): { ids: Ids; made: ReadonlySet<string> } {
  const made = new Set<string>();
  const next = () => {
    const id = ids.next();
    made.add(id);
    return id;
  };
  return { ids: { next }, made };
}

async function sandboxWith(clock: Clock, memoryBytes: number, seed: number): Promise<Sandbox> {
  const { createSandbox } = await import('./adapters/sandbox-quickjs.js');
  return createSandbox({ clock, memoryBytes, seed });
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
