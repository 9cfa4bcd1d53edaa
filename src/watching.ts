import { openProject } from './project/open.js';
import { watchFiles } from './project/watch-files.js';
import type { Engine } from './engine/engine.js';
import { emitEvents, type Emitted } from './engine/event-emit.js';
import { followEvents, type FollowedEvent, type FollowOptions } from './engine/event-follow.js';
import { forwardStored, type Forwarded } from './engine/event-forward.js';
import {
  dropEvents,
  findEvent,
  listEvents,
  listPulls,
  replayEvents,
  retryEvents,
  type EventQuery,
  type PullEntry,
} from './engine/event-look.js';
import type { StoredEvent } from './engine/event-rows.js';
import { whyEvent, type Why } from './engine/event-why.js';
import {
  exportSubscriptions,
  importSubscriptions,
  type SubscriptionsFile,
} from './engine/subscription-transfer.js';
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
import type { WatchedSubscription } from './engine/watch-now.js';
import {
  findWebhook,
  listWebhooks,
  retryWebhooks,
  type WebhookFacts,
  type WebhookQuery,
} from './engine/webhook-look.js';
import { receiverPlace } from './engine/webhook-receive-where.js';
import { functionTypes, kinds } from './elements/index.js';
import type { LoadedProject } from './project/project.js';
import { tryAside } from './trying.js';
import type { Wiring } from './wiring.js';

export type { Emitted, EventQuery, FollowedEvent, Forwarded, PullEntry, StoredEvent, SubscriptionFacts };
export type { WatchEvent, WatchSummary, WatchedSubscription, WebhookFacts, Why };

export interface WatchProjectOptions extends Omit<WatchOptions, 'signal' | 'changes' | 'receiver'> {
  /** Where webhooks are received: `PORT`, `HOST:PORT`; default: as membrane.yaml says it, or nowhere. */
  readonly listen?: string | undefined;
  /** What others reach that at. */
  readonly publicUrl?: string | undefined;
  /** Read the project anew when its files change. Default: true, but with `once`. */
  readonly reload?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Events, and the watcher that finds and delivers them. Every method rejects with a MembraneError when it cannot. */
export function watchingMethods(
  engine: Engine,
  project: LoadedProject,
  { signal: ending, during }: Pick<Wiring, 'during'> & { readonly signal: AbortSignal },
) {
  return {
    /** Looks at every subscription and schedule when it is due, and delivers events, until the signal says so. */
    watch: async ({
      reload,
      listen,
      publicUrl,
      ...options
    }: WatchProjectOptions = {}): Promise<WatchSummary> => {
      const follows = reload ?? options.once !== true;
      const isBrief = options.once === true || options.dryRun === true;
      return during(options.signal ?? ending, async (signal) => {
        const watchWith = (own: Engine): Promise<WatchSummary> =>
          watch(own, {
            ...options,
            signal,
            receiver: receiverPlace(own, { listen, publicUrl, isBrief }),
            ...(follows ? { changes: changedProjects(own, project, signal) } : {}),
          });
        return options.dryRun === true ? tryAside(engine, { dry: false }, watchWith) : watchWith(engine);
      });
    },
    events: {
      list: (query: EventQuery = {}): Promise<StoredEvent[]> => listEvents(engine, query),
      show: (id: string): Promise<StoredEvent> => findEvent(engine, id),
      /** Why something came of an event, or did not. */
      why: (id: string): Promise<Why> => whyEvent(engine, id),
      /** Something happened in the user's own app. */
      emit: (key: string, events: readonly unknown[]): Promise<Emitted[]> => emitEvents(engine, key, events),
      /** New events, as whoever watches stores them, until the signal says so. */
      follow: (options: Partial<FollowOptions> = {}): AsyncGenerator<FollowedEvent> =>
        followEvents(engine, { ...options, signal: options.signal ?? ending }),
      /** Posts one event to an address as your app gets it; what becomes of it does not change. */
      forward: (id: string, url: string): Promise<Forwarded> =>
        forwardStored(engine, id, { url, signal: ending }),
      retry: (ids: readonly string[] = []): Promise<number> => retryEvents(engine, ids),
      replay: (ids: readonly string[]): Promise<number> => replayEvents(engine, ids),
      drop: (ids: readonly string[]): Promise<number> => dropEvents(engine, ids),
      pulls: (query: EventQuery = {}): Promise<PullEntry[]> => listPulls(engine, query),
    },
    /** Requests that came to the receiver. */
    webhooks: {
      list: (query: WebhookQuery = {}): Promise<WebhookFacts[]> => listWebhooks(engine, query),
      show: (id: string, of: Pick<WebhookQuery, 'global'> = {}): Promise<WebhookFacts> =>
        findWebhook(engine, id, of),
      retry: (ids: readonly string[] = [], of: Pick<WebhookQuery, 'global'> = {}): Promise<number> =>
        retryWebhooks(engine, ids, of),
    },
    subscriptions: {
      list: (): Promise<SubscriptionFacts[]> => describeSubscriptions(engine),
      show: (id: string): Promise<SubscriptionFacts> => describeSubscription(engine, id, ending),
      pause: (id: string): Promise<SubscriptionFacts> => pauseSubscription(engine, id),
      resume: (id: string): Promise<SubscriptionFacts> => resumeSubscription(engine, id),
      reset: (id: string, to: Parameters<typeof resetSubscription>[2] = {}): Promise<SubscriptionFacts> =>
        resetSubscription(engine, id, to),
      /** How far they got, without secrets: all, or those that are named. */
      export: (names: readonly string[] = []): Promise<SubscriptionsFile> =>
        exportSubscriptions(engine, names, ending),
      /** Lets them go on where those of such a file are, by name: all of them, or none. Gives their names. */
      import: (file: unknown): Promise<string[]> => importSubscriptions(engine, file, ending),
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
