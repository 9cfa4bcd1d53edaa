import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Row } from '../core/ports.js';
import type { Engine } from './engine.js';
import { logTypes, type LogType } from './log-types.js';

export interface LogQuery {
  /** Name of a type. */
  readonly type?: string | undefined;
  readonly state?: string | undefined;
  /** Id of what caused it: a run, a node run (`RUN/NODERUN`), an event, a connection, a subscription. */
  readonly parent?: string | undefined;
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
  /** 50 by default. */
  readonly limit?: number | undefined;
}

export interface LogEntry {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly state?: string;
  /** Id of what caused it. */
  readonly parent?: string;
  /** One line about it, for people. */
  readonly about: string;
  readonly data: JsonObject;
}

/** Of a sort whose parent is something else, so many are looked at for what one thing caused. */
export const lookedAt = 10_000;

/** Newest first. Rejects with `usage/argument` for a type or a state that there is none of. */
export async function listEntries(engine: Engine, query: LogQuery = {}): Promise<LogEntry[]> {
  const { limit = 50 } = query;
  const types = typesFor(query);
  await engine.runLog.flush();
  const found = await Promise.all(types.map((type) => entriesOf(engine, type, query)));
  return found
    .flat()
    .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

async function entriesOf(engine: Engine, type: LogType, query: LogQuery): Promise<LogEntry[]> {
  const { state, since, parent, limit = 50 } = query;
  const store = await engine.ports.store();
  const byCause = parent !== undefined && type.cause !== undefined;
  const asked = {
    tenant: engine.tenant,
    limit: byCause ? lookedAt : limit,
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { since }),
  };
  const rows: Row[] = [];
  for (const drawer of type.drawers) {
    const by = parent === undefined || byCause ? {} : { parent };
    rows.push(...(await store.drawer(drawer).list({ ...asked, ...by })));
  }
  const entries = rows.map((row) => entryOf(type, row));
  return byCause ? entries.filter((entry) => entry.parent === parent) : entries;
}

/** Rejects where nothing can be of this type or in this state. */
function typesFor({ type: wanted, state }: LogQuery): readonly LogType[] {
  const names = logTypes.map(({ name }) => name);
  if (wanted !== undefined && !names.some((name) => name === wanted)) {
    throw new MembraneError('usage/argument', `the log has no type "${wanted}"`, {
      hint: didYouMean(wanted, names) ?? `its types are ${names.join(', ')}`,
    });
  }
  const types = wanted === undefined ? logTypes : logTypes.filter(({ name }) => name === wanted);
  if (state === undefined) return types;
  const fitting = types.filter(({ states }) => states.includes(state));
  if (fitting.length > 0) return fitting;
  const states = [...new Set(types.flatMap((type) => type.states))];
  const what = wanted === undefined ? 'nothing of the log' : `no "${wanted}"`;
  throw new MembraneError('usage/argument', `${what} can be in the state "${state}"`, {
    hint: didYouMean(state, states) ?? `states are ${states.join(', ')}`,
  });
}

export function entryOf(type: LogType, row: Row): LogEntry {
  const { id, tenant, time, state, data } = row;
  const cause = type.cause === undefined ? row.parent : type.cause(data);
  return {
    id,
    type: type.name,
    tenant,
    time,
    ...(state === undefined ? {} : { state }),
    ...(typeof cause === 'string' ? { parent: cause } : {}),
    about: type.about(data, row),
    data,
  };
}
