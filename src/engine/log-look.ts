import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { nodeRuns } from './flow-node-runs.js';
import { beginningWith, onlyBeginning } from './id-beginning.js';
import { entryOf, listEntries, lookedAt, type LogEntry, type LogQuery } from './log-list.js';
import { nodeRunEntry } from './log-node-runs.js';
import { logTypes } from './log-types.js';

/** Newest first. Rejects with `usage/argument` for a type or a state that there is none of. */
export async function listLogs(engine: Engine, query: LogQuery = {}): Promise<LogEntry[]> {
  const entries = await listEntries(engine, query);
  const { parent, type = 'request', limit = 50, state, since } = query;
  if (parent === undefined || type !== 'request') return entries;
  const asked = {
    tenant: engine.tenant,
    limit,
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { since }),
  };
  const all = [...entries, ...(await requestsOfRun(engine, parent, asked))];
  return all.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/** Requests belong to node runs; those of all node runs of a run are found by these. */
async function requestsOfRun(
  engine: Engine,
  run: string,
  asked: { readonly tenant: string; readonly limit: number },
): Promise<LogEntry[]> {
  const type = logTypes.find(({ name }) => name === 'request');
  const store = await engine.ports.store();
  if (type === undefined || (await store.drawer('flow-run').get(engine.tenant, run)) === undefined) return [];
  const found: LogEntry[] = [];
  for await (const one of nodeRuns(engine, run, {})) {
    if (one.requests === 0) continue;
    const rows = await store.drawer('request').list({ ...asked, parent: `${run}/${one.id}` });
    found.push(...rows.map((row) => entryOf(type, row)));
    if (found.length >= lookedAt) break;
  }
  return found;
}

/** One entry by its id, or by the beginning of it. Rejects with `element/not-found`, and with `usage/ambiguous`. */
export async function findLog(engine: Engine, id: string): Promise<LogEntry> {
  await engine.runLog.flush();
  const store = await engine.ports.store();
  const { tenant } = engine;
  for (const type of logTypes) {
    for (const drawer of type.drawers) {
      const row = await store.drawer(drawer).get(tenant, id);
      if (row !== undefined) return entryOf(type, row);
    }
  }
  const node = await nodeRunEntry(engine, id);
  if (node !== undefined) return node;
  const only = await onlyBeginning(id, 'log entries', entriesBeginningWith(engine, id));
  if (only !== undefined) return only;
  throw new MembraneError('element/not-found', `no log entry "${id}"`, {
    hint: 'see them with "membrane logs"',
  });
}

async function* entriesBeginningWith(engine: Engine, id: string): AsyncGenerator<LogEntry> {
  const store = await engine.ports.store();
  for (const type of logTypes) {
    for (const drawer of type.drawers) {
      const rows = beginningWith(store.drawer(drawer), engine.tenant, id);
      for await (const row of rows) yield entryOf(type, row);
    }
  }
}
