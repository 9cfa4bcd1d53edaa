import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { showNodeRun } from './flow-node-runs.js';
import { findRun } from './flow-run-rows.js';
import type { NodeRunFacts } from './flow-runs.js';
import { plain } from './log.js';
import type { LogEntry } from './log-list.js';

/** A node run by the id of its run and its own: `RUN/NODERUN`, as requests name what caused them. */
export async function nodeRunEntry(engine: Engine, id: string): Promise<LogEntry | undefined> {
  const slash = id.indexOf('/');
  if (slash === -1) return undefined;
  try {
    const run = await findRun(engine, id.slice(0, slash));
    return entryOfNode(engine, run.id, await showNodeRun(engine, run.id, id.slice(slash + 1)));
  } catch (error) {
    if (error instanceof MembraneError && error.code === 'element/not-found') return undefined;
    throw error;
  }
}

/** A node run as an entry of the log. */
export function entryOfNode({ tenant }: Engine, run: string, facts: NodeRunFacts): LogEntry {
  const { id, state, time, ms, error } = facts;
  const message = typeof error?.['message'] === 'string' ? `: ${error['message']}` : '';
  return {
    id: `${run}/${id}`,
    type: 'node-run',
    tenant,
    time,
    state,
    parent: run,
    about: `${id} (${ms ?? 0} ms)${message}`,
    data: plain(facts),
  };
}
