import { MembraneError } from '../core/error.js';
import type { WatchedSubscription, WatchEvent } from '../membrane.js';
import { printable } from './output/text.js';
import { timeOfDay } from './output/time.js';
import type { Session } from './session.js';
import { renderWatched } from './watch-view-table.js';

/** A table of what is watched at the foot of the terminal, and what happens above it. */
export interface WatchView {
  /** `line`: what people read of the event; undefined where it is no news. */
  tell(event: WatchEvent, line: string | undefined): void;
  /** `now` tells how each subscription stands. */
  readonly follow: (now: () => Promise<WatchedSubscription[]>) => void;
  /** The table stays as it is. */
  end(): Promise<void>;
}

/** What others store is seen after so long; what happens here at once. */
const everyMs = 1000;
const soonMs = 200;

/** Undefined where nobody looks at a terminal. */
export async function openWatchView({ output }: Session): Promise<WatchView | undefined> {
  let watched: readonly WatchedSubscription[] | undefined;
  /** When each found something, by id. */
  const news = new Map<string, number>();
  const foot = await output.foot((style, rows) =>
    watched === undefined ? [] : renderWatched(watched, { now: Date.now(), news, rows }, style),
  );
  if (foot === undefined) return undefined;
  let ask: (() => Promise<WatchedSubscription[]>) | undefined;
  const { color } = foot.style;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  let asking: Promise<void> = Promise.resolve();
  let ended = false;

  const refresh = async (): Promise<void> => {
    dueAt = Infinity;
    try {
      if (ask !== undefined) watched = await ask();
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error; // a busy store: the watcher says it where it matters
    }
    foot.changed();
    if (!ended) later(everyMs);
  };
  const later = (ms: number): void => {
    const at = Date.now() + ms;
    if (ended || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => void (asking = asking.then(refresh)), ms).unref();
  };

  return {
    tell(event, line) {
      if (event.type === 'look' && event.events > 0) news.set(event.subscription, event.time);
      if (line !== undefined) {
        const text = printable(line);
        const isBad = event.type === 'error' || event.type === 'look-failed';
        foot.say(`${color.dim(timeOfDay(event.time))}  ${isBad ? color.red(text) : text}`);
      }
      later(soonMs);
    },
    follow(now) {
      ask = now;
      later(0);
    },
    async end() {
      ended = true;
      clearTimeout(timer);
      await asking.then(refresh); // as it is at the end
      foot.stop();
    },
  };
}
