import type { Engine } from './engine.js';
import type { LogEntry, LogQuery } from './log-list.js';
import { findLog, listLogs } from './log-look.js';

const pollMs = 500;
/** Entries are written a little later than what they tell of. */
const lateMs = 5000;
const mostAtOnce = 1000;
const begun: ReadonlySet<string> = new Set(['queued', 'running', 'pending', 'starting', 'held']);

/**
 * Entries as they come, oldest first, and again when their states change; without `since`, from now on. Goes on until
 * the signal says so, and rejects with its reason then.
 */
export async function* followLogs(
  engine: Engine,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const { clock } = engine.ports;
  const begin = query.since ?? clock.now();
  const states = new Map<string, string | undefined>();
  const open = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    const since = Math.max(begin, clock.now() - lateMs);
    const first = states.size === 0;
    const entries = await listLogs(engine, { ...query, since: first ? begin : since, limit: mostAtOnce });
    const listed = new Set(entries.map(({ id }) => id));
    for (const id of [...open].filter((one) => !listed.has(one))) {
      const entry = await findLog(engine, id).catch(() => undefined); // it is forgotten meanwhile
      if (entry === undefined) open.delete(id);
      else entries.push(entry);
    }
    for (const entry of entries.reverse()) {
      const { id, state } = entry;
      if (states.has(id) && states.get(id) === state) continue;
      states.set(id, state);
      if (state !== undefined && begun.has(state)) open.add(id);
      else open.delete(id);
      if (query.state === undefined || query.state === state) yield entry;
    }
    await clock.sleep(pollMs, signal);
  }
}
