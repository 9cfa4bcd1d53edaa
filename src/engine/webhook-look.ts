import { defaultTenant, everybody } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { listSubscriptions, nameOf } from './subscription-rows.js';
import {
  incomingDrawer,
  incomingOf,
  incomingRow,
  refusedDrawer,
  webhookDrawer,
  type IncomingState,
  type IncomingWebhook,
} from './webhook-rows.js';

export interface WebhookQuery {
  readonly state?: IncomingState | undefined;
  readonly limit?: number | undefined;
  /** Those that came to a global webhook, before they were given to subscriptions: they tell of every tenant. */
  readonly global?: boolean | undefined;
}

/** A request that came, as people see it. */
export interface WebhookFacts extends IncomingWebhook {
  /** What it is for: the name of the subscription, or `global/INTEGRATION/KEY`. */
  readonly name: string;
}

const drawerNames = [incomingDrawer, webhookDrawer, refusedDrawer];

/** Newest first: those that wait, and those that are over. */
export async function listWebhooks(engine: Engine, query: WebhookQuery = {}): Promise<WebhookFacts[]> {
  const { state, limit = 50, global = false } = query;
  const store = await engine.ports.store();
  const asked = { tenant: tenantOf(engine, global), limit, ...(state === undefined ? {} : { state }) };
  const rows = (await Promise.all(drawerNames.map((name) => store.drawer(name).list(asked)))).flat();
  const named = await namesOf(engine);
  return rows
    .map((row) => named(incomingOf(row)))
    .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

/** By id, or by the beginning of one that is at least 8 characters long. Rejects with `webhook/unknown`. */
export async function findWebhook(
  engine: Engine,
  id: string,
  { global = false }: Pick<WebhookQuery, 'global'> = {},
): Promise<WebhookFacts> {
  const tenant = tenantOf(engine, global);
  const store = await engine.ports.store();
  const named = await namesOf(engine);
  for (const drawer of drawerNames.map((name) => store.drawer(name))) {
    const row = await drawer.get(tenant, id);
    if (row !== undefined) return named(incomingOf(row));
    if (id.length < 8) continue;
    const begun = (await drawer.list({ tenant, limit: 10_000 })).filter((one) => one.id.startsWith(id));
    if (begun.length === 1 && begun[0] !== undefined) return named(incomingOf(begun[0]));
  }
  throw new MembraneError('webhook/unknown', `no webhook "${id}"`, {
    hint: 'see them with "membrane event webhooks list"',
  });
}

/** Looks into requests once more: those of these ids, or all that are dead. Gives how many. */
export async function retryWebhooks(
  engine: Engine,
  ids: readonly string[],
  { global = false }: Pick<WebhookQuery, 'global'> = {},
): Promise<number> {
  const found =
    ids.length === 0
      ? await listWebhooks(engine, { state: 'dead', limit: 100_000, global })
      : await Promise.all(ids.map((id) => findWebhook(engine, id, { global })));
  const store = await engine.ports.store();
  let count = 0;
  for (const { name: _, ...row } of found) {
    if (row.state === 'refused') continue;
    const again: IncomingWebhook = { ...row, state: 'pending', attempts: 0, tryAt: undefined };
    await store.write([
      { drawer: webhookDrawer, remove: [{ tenant: row.tenant, id: row.id }] },
      { drawer: incomingDrawer, put: [incomingRow(again)] },
    ]);
    count += 1;
  }
  return count;
}

/** Rejects with `usage/argument` for a tenant that asks for what tells of others, too. */
function tenantOf({ tenant }: Engine, global: boolean): string {
  if (!global) return tenant;
  if (tenant === defaultTenant) return everybody;
  throw new MembraneError(
    'usage/argument',
    `global webhooks tell of all tenants, and you ask for "${tenant}"`,
    {
      hint: `leave out "--tenant"; what was for this one: membrane event webhooks list --tenant ${tenant}`,
    },
  );
}

async function namesOf(engine: Engine): Promise<(row: IncomingWebhook) => WebhookFacts> {
  const names = new Map(
    (await listSubscriptions(engine)).map((one) => [`subscription:${one.id}`, nameOf(one)]),
  );
  return (row) => ({ ...row, name: names.get(row.to) ?? row.to.replace(':', '/') });
}
