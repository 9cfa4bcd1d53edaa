import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';

const drawerName = 'connection-activity';
const minuteMs = 60_000;

/** When this process last looked. */
const noted = new WeakMap<Engine, Map<string, number>>();

/** Notes that a connection is used, at most once a minute. Work does not fail because it could not be noted. */
export async function noteActivity(engine: Engine, { id, key }: Connection): Promise<void> {
  const now = engine.ports.clock.now();
  const own = noted.get(engine) ?? new Map<string, number>();
  noted.set(engine, own);
  if (now - (own.get(id) ?? -Infinity) < minuteMs) return;
  own.set(id, now);
  try {
    const drawer = (await engine.ports.store()).drawer(drawerName);
    const row = await drawer.get(engine.tenant, id);
    if (row !== undefined && now - row.time < minuteMs) return;
    await drawer.put({ id, tenant: engine.tenant, time: now, data: {} });
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    engine.emit({ type: 'warning', message: `that "${key}" is used could not be noted: ${error.message}` });
  }
}

/** Milliseconds since 1970; undefined for a connection that was never used. */
export async function lastActive(engine: Engine, id: string): Promise<number | undefined> {
  const row = await (await engine.ports.store()).drawer(drawerName).get(engine.tenant, id);
  return row?.time;
}

export async function forgetActivity(engine: Engine, id: string): Promise<void> {
  await (await engine.ports.store()).drawer(drawerName).remove(engine.tenant, [id]);
}
