import { createHash } from 'node:crypto';
import type { Row } from '../core/ports.js';
import type { IncomingRequest } from '../core/webhook.js';
import type { Engine } from './engine.js';
import { incomingDrawer, incomingRow, webhookDrawer, type IncomingWebhook } from './webhook-rows.js';

/** Within this time the same body at the same address is the same delivery, where the sender names none. */
export const sameBodyMs = 600_000;

export interface IncomingStore {
  /** Resolves when it is on the disk, or when it was there already. */
  accept(incoming: Incoming): Promise<{ readonly row: IncomingWebhook; readonly repeated: boolean }>;
}

export interface Incoming {
  readonly to: string;
  readonly tenant: string;
  readonly request: IncomingRequest;
  readonly headers: IncomingRequest['headers'];
  readonly deliveryId: string | undefined;
}

/** Stores requests that were accepted, each delivery once. */
export function incomingStore(engine: () => Engine): IncomingStore {
  const write = together(async (rows) => {
    const store = await engine().ports.store();
    await store.drawer(incomingDrawer).put(rows);
  });
  /** Those of one millisecond keep their order: each has a time of its own. */
  let last = 0;
  /** By id: a repeated delivery may come while the first one is being stored. */
  const storing = new Map<string, Promise<unknown>>();

  return {
    async accept(incoming) {
      const { ports } = engine();
      const now = ports.clock.now();
      const ids = idsOf(incoming, now, ports.ids.next);
      last = last >= now && last < now + 1_000 ? last + 0.001 : now;
      const row = webhookOf(incoming, ids[0] ?? '', last);
      const underWay = ids.map((id) => storing.get(id)).find((one) => one !== undefined);
      if (underWay !== undefined) {
        await underWay;
        return { row, repeated: true };
      }
      const stored = (async () => {
        if (await isKnown(engine(), incoming, ids, now)) return true;
        await write(incomingRow(row));
        return false;
      })();
      storing.set(row.id, stored);
      try {
        return { row, repeated: await stored };
      } finally {
        storing.delete(row.id);
      }
    },
  };
}

/** The id for it, and others that it would have as a repeated delivery. An empty body says nothing of itself. */
function idsOf({ to, request, deliveryId }: Incoming, now: number, next: () => string): string[] {
  if (deliveryId !== undefined) return [idOf(to, 'delivery', deliveryId)];
  if (request.body.length === 0) return [next()];
  const time = Math.floor(now / sameBodyMs);
  const body = createHash('sha256').update(request.search).update('\n').update(request.body).digest('hex');
  return [idOf(to, time, body), idOf(to, time - 1, body)];
}

function idOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/** One that could not be handled may come again, and is tried again then. */
async function isKnown(
  { ports }: Engine,
  { tenant, deliveryId }: Incoming,
  ids: readonly string[],
  now: number,
): Promise<boolean> {
  const store = await ports.store();
  const counts = (row: Row | undefined): boolean =>
    row !== undefined && row.state !== 'dead' && (deliveryId !== undefined || row.time > now - sameBodyMs);
  for (const id of ids)
    for (const drawer of [incomingDrawer, webhookDrawer])
      if (counts(await store.drawer(drawer).get(tenant, id))) return true;
  return false;
}

function webhookOf(
  { to, tenant, request, headers, deliveryId }: Incoming,
  id: string,
  time: number,
): IncomingWebhook {
  return {
    id,
    tenant,
    state: 'pending',
    time,
    to,
    deliveryId,
    query: request.query,
    headers,
    ...bodyOf(request.body),
    attempts: 0,
  };
}

const texts = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Byte for byte what came: signatures of handlers may be about it. */
export function bodyOf(bytes: Uint8Array): Pick<IncomingWebhook, 'body' | 'encoding'> {
  try {
    return { body: texts.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { body: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
  }
}

/** Rows that come in the same turn share a transaction, which costs several times as much as what is in it. */
function together(write: (rows: readonly Row[]) => Promise<void>): (row: Row) => Promise<void> {
  let rows: Row[] = [];
  let due: Promise<void> | undefined;
  const writeNext = async (): Promise<void> => {
    await new Promise((resolve) => void setImmediate(resolve));
    const taken = rows;
    [rows, due] = [[], undefined];
    await write(taken);
  };
  return (row) => {
    rows.push(row);
    return (due ??= writeNext());
  };
}
