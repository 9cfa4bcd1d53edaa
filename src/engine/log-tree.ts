import type { Engine } from './engine.js';
import { eventId } from './event-identity.js';
import { nodeRuns } from './flow-node-runs.js';
import { entryOf, type LogEntry } from './log-list.js';
import { findLog, listLogs } from './log-look.js';
import { entryOfNode } from './log-node-runs.js';
import { logTypes } from './log-types.js';
import { listSubscriptions } from './subscription-rows.js';

/** An entry of the log with all that it caused. */
export interface LogTree extends LogEntry {
  /** Oldest first. */
  readonly caused: readonly LogTree[];
  /** More was caused than is shown here. */
  readonly more?: true;
}

/** So much of what one thing caused is shown. */
const mostShown = 100;
const deepest = 6;

/** One entry of any type. Rejects with `element/not-found`. */
export async function showLog(engine: Engine, id: string): Promise<LogTree> {
  return treeOf(engine, await findLog(engine, id), new Set());
}

async function treeOf(engine: Engine, entry: LogEntry, above: ReadonlySet<string>): Promise<LogTree> {
  if (above.size >= deepest) return { ...entry, caused: [] };
  const path = new Set([...above, entry.id]);
  const all = (await causedBy(engine, entry)).filter(({ id }) => !path.has(id));
  const caused: LogTree[] = [];
  for (const one of all.slice(0, mostShown)) caused.push(await treeOf(engine, one, path));
  return { ...entry, caused, ...(all.length > mostShown ? { more: true } : {}) };
}

async function causedBy(engine: Engine, entry: LogEntry): Promise<LogEntry[]> {
  if (entry.type === 'flow-run')
    return [...(await nodesOf(engine, entry.id)), ...(await replaysOf(engine, entry.id))];
  const type = logTypes.find(({ name }) => name === entry.type);
  const named = (type?.caused?.(entry.data) ?? []).filter((id) => typeof id === 'string');
  const ids = entry.type === 'internal-event' ? await eventsOf(engine, entry.id) : named;
  const found = (await Promise.all(ids.map((id) => byId(engine, id)))).filter((one) => one !== undefined);
  const known = new Set(found.map(({ id }) => id));
  const rows = await listLogs(engine, { parent: entry.id, limit: mostShown + 1 });
  return [...found, ...rows.filter(({ id }) => !known.has(id)).reverse()];
}

async function nodesOf(engine: Engine, run: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const one of nodeRuns(engine, run, {})) {
    entries.push(entryOfNode(engine, run, one));
    if (entries.length > mostShown) break;
  }
  return entries;
}

async function replaysOf(engine: Engine, run: string): Promise<LogEntry[]> {
  return (await listLogs(engine, { type: 'flow-run', parent: run })).reverse();
}

/** What an event of the user's own app became: one event for each subscription, whose id is made of both. */
async function eventsOf(engine: Engine, internal: string): Promise<string[]> {
  const found = { type: 'app-event', record: '', version: internal, generation: 0, payload: {} } as const;
  return (await listSubscriptions(engine)).map(({ id }) => eventId(id, found));
}

async function byId(engine: Engine, id: string): Promise<LogEntry | undefined> {
  const store = await engine.ports.store();
  for (const type of logTypes) {
    for (const drawer of type.drawers) {
      const row = await store.drawer(drawer).get(engine.tenant, id);
      if (row !== undefined) return entryOf(type, row);
    }
  }
  return undefined;
}
