import { openProject } from './project/open.js';
import { watchFiles } from './project/watch-files.js';
import type { Engine } from './engine/engine.js';
import { emitEvents, type Emitted } from './engine/event-emit.js';
import {
  dropEvents,
  findEvent,
  listEvents,
  listPulls,
  replayEvents,
  retryEvents,
  whyEvent,
  type EventQuery,
  type PullEntry,
  type Why,
} from './engine/event-look.js';
import type { StoredEvent } from './engine/event-rows.js';
import {
  describeSubscription,
  describeSubscriptions,
  pauseSubscription,
  resetSubscription,
  resumeSubscription,
  type SubscriptionFacts,
} from './engine/subscription-look.js';
import { watch, type WatchOptions, type WatchSummary } from './engine/watch.js';
import type { WatchEvent } from './engine/watch-events.js';
import { functionTypes, kinds } from './elements/index.js';
import type { LoadedProject } from './project/project.js';

export type { Emitted, EventQuery, PullEntry, StoredEvent, SubscriptionFacts, WatchEvent, WatchSummary, Why };

export interface WatchProjectOptions extends Omit<WatchOptions, 'signal' | 'changes'> {
  /** Read the project anew when its files change. Default: true, but with `once`. */
  readonly reload?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Events, and the watcher that finds and delivers them. Every method rejects with a MembraneError when it cannot. */
export function watchingMethods(engine: Engine, project: LoadedProject, ending: AbortSignal) {
  return {
    /** Looks at every subscription and schedule when it is due, and delivers events, until the signal says so. */
    watch: async ({ reload, ...options }: WatchProjectOptions = {}): Promise<WatchSummary> => {
      const signal = options.signal ?? ending;
      const follows = reload ?? options.once !== true;
      return watch(engine, {
        ...options,
        signal,
        ...(follows ? { changes: changedProjects(engine, project, signal) } : {}),
      });
    },
    events: {
      list: (query: EventQuery = {}): Promise<StoredEvent[]> => listEvents(engine, query),
      show: (id: string): Promise<StoredEvent> => findEvent(engine, id),
      /** Why something came of an event, or did not. */
      why: (id: string): Promise<Why> => whyEvent(engine, id),
      /** Something happened in the user's own app. */
      emit: (key: string, events: readonly unknown[]): Promise<Emitted[]> => emitEvents(engine, key, events),
      retry: (ids: readonly string[] = []): Promise<number> => retryEvents(engine, ids),
      replay: (ids: readonly string[]): Promise<number> => replayEvents(engine, ids),
      drop: (ids: readonly string[]): Promise<number> => dropEvents(engine, ids),
      pulls: (query: EventQuery = {}): Promise<PullEntry[]> => listPulls(engine, query),
    },
    subscriptions: {
      list: (): Promise<SubscriptionFacts[]> => describeSubscriptions(engine),
      show: (id: string): Promise<SubscriptionFacts> => describeSubscription(engine, id),
      pause: (id: string): Promise<SubscriptionFacts> => pauseSubscription(engine, id),
      resume: (id: string): Promise<SubscriptionFacts> => resumeSubscription(engine, id),
      reset: (id: string, to: Parameters<typeof resetSubscription>[2] = {}): Promise<SubscriptionFacts> =>
        resetSubscription(engine, id, to),
    },
  };
}

/** The project, opened anew each time when files have changed. */
async function* changedProjects(
  engine: Engine,
  { root }: LoadedProject,
  signal: AbortSignal,
): AsyncGenerator<LoadedProject> {
  const { schemas, sandbox } = engine.ports;
  const changes = await watchFiles(root, signal);
  try {
    for (;;) {
      await changes.next();
      yield openProject({
        cwd: root,
        kinds,
        functionTypes,
        schemas,
        checkCode: async (code, file) => (await sandbox()).check(code, file),
        allowBare: false,
        cached: false,
      });
    }
  } finally {
    await changes.close();
  }
}
