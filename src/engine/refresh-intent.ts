import type { Lock } from '../core/ports.js';
import type { Engine } from './engine.js';

/**
 * What somebody is about to do, stored before it is done: to replace the credentials of a generation. Whoever
 * finds one of the generation that is stored now knows that a request for new credentials was sent, and that what
 * came back was never stored. It holds no secret, and nothing that is made of one.
 */
const drawerName = 'credentials-refresh';

/** The generation that somebody began to replace; undefined where nobody did. */
export async function readIntent(engine: Engine, id: string): Promise<number | undefined> {
  const row = await (await engine.ports.store()).drawer(drawerName).get(engine.tenant, id);
  return row === undefined ? undefined : Number(row.data['generation']);
}

/** Rejects with `store/fence` where the lock was lost: nothing may be written then. */
export async function writeIntent(
  engine: Engine,
  id: string,
  generation: number,
  guard: Lock,
): Promise<void> {
  const row = { id, tenant: engine.tenant, time: engine.ports.clock.now(), data: { generation } };
  await (await engine.ports.store()).drawer(drawerName).put(row, { guard });
}

export async function clearIntent(engine: Engine, id: string, guard: Lock): Promise<void> {
  await (await engine.ports.store()).drawer(drawerName).remove(engine.tenant, [id], { guard });
}

/** Of credentials that nobody wants to know about any more. */
export async function forgetIntent(engine: Engine, { id }: { readonly id: string }): Promise<void> {
  await (await engine.ports.store()).drawer(drawerName).remove(engine.tenant, [id]);
}
