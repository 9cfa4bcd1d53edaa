import { createHash, timingSafeEqual } from 'node:crypto';
import { codes } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import { isDeeperThan, type JsonObject } from '../core/json.js';
import type { DrawerChange } from '../core/ports.js';
import type { IncomingRequest, Verdict, WebhookAnswer } from '../core/webhook.js';
import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';
import { emitEvents, type EmitOptions, type Emitted } from './event-emit.js';
import { levelsAtMost } from './webhook-call.js';
import { incomingRow, webhookDrawer } from './webhook-rows.js';

/** Why a receiver that others can reach takes no events of the app. */
export const withoutSecret =
  'events of your app are taken with a secret only, because others can reach this receiver';
export const secretHint = 'set it in membrane.yaml: watch: {appEventSecret: ${APP_EVENT_SECRET}}';

/** Somebody waits for the answer, and comes again. */
const sameDeliveryMs = 5_000;

export interface AppEvents {
  /** The secret of the app, where membrane.yaml has one. */
  readonly secret: string | undefined;
  /** Nobody but programs of this machine can send anything. */
  readonly isPrivate: boolean;
}

/** Rejects with `config/variable` where the variable of the secret is not set. */
export function appEventSecret(engine: Engine): string | undefined {
  const { appEventSecret: secret } = engine.project.config.watch;
  return typeof secret === 'string' ? fillIn(engine, secret, 'watch.appEventSecret').value : undefined;
}

/** Whether the app sent it: it shows the secret, or has signed with it. */
export async function proveAppEvent(
  { ports }: Engine,
  { secret, isPrivate }: AppEvents,
  request: IncomingRequest,
  url: string,
): Promise<Verdict & { readonly status?: number }> {
  if (secret === undefined && !isPrivate)
    return { ok: false, status: 403, why: `${withoutSecret}; ${secretHint}` };
  if (secret === undefined)
    return isOfPage(request)
      ? { ok: false, status: 403, why: 'a page in a browser may not send events' }
      : { ok: true };
  const { authorization, 'webhook-signature': signature } = request.headers;
  if (signature !== undefined)
    return (await ports.signatures()).verify(
      { type: 'standard-webhooks', secret },
      request,
      ports.clock.now(),
      url,
    );
  const shown = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (shown === undefined)
    return { ok: false, why: 'neither "Authorization: Bearer SECRET" nor "webhook-signature" is there' };
  return isSame(shown, secret) ? { ok: true } : { ok: false, why: 'the secret is not right' };
}

/** Pages of anybody can send to this machine, from the browser that shows them. */
function isOfPage({ headers }: IncomingRequest): boolean {
  const host = (headers['host'] ?? 'localhost').replace(/:\d+$/, '');
  if (!isLoopback(host.replace(/^\[|\]$/g, ''))) return true;
  return headers['origin'] !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Stores the events and says their ids; an array is many. A delivery that the app has named is taken once. */
export async function takeAppEvents(
  engine: Engine,
  key: string,
  { body }: IncomingRequest,
  deliveryId: string | undefined,
): Promise<WebhookAnswer> {
  if (deliveryId === undefined) return take(engine, key, body);
  const { tenant, ports } = engine;
  const to = `app-events:${key}`;
  const id = createHash('sha256')
    .update(JSON.stringify([to, deliveryId]))
    .digest('hex')
    .slice(0, 40);
  const store = await ports.store();
  // The app may send it again while it is being stored, also to another watcher.
  const guard = await store.lock(`webhook-delivery/${id}`, { waitMs: sameDeliveryMs });
  try {
    const before = await store.drawer(webhookDrawer).get(tenant, id);
    if (before !== undefined) return { status: 202, body: { events: before.data['events'] ?? [] } };
    const also = (emitted: readonly Emitted[]): DrawerChange[] => {
      const time = ports.clock.now();
      const kept = { id, tenant, state: 'done', time, to, deliveryId, query: {}, headers: {} } as const;
      const row = incomingRow({ ...kept, body: '', attempts: 0 });
      return [{ drawer: webhookDrawer, put: [{ ...row, data: { ...row.data, events: answerOf(emitted) } }] }];
    };
    return await take(engine, key, body, { guard, also });
  } finally {
    await guard.release();
  }
}

async function take(
  engine: Engine,
  key: string,
  body: Uint8Array,
  options: EmitOptions = {},
): Promise<WebhookAnswer> {
  const events = eventsOf(body);
  if (events === undefined) return wrong('the body is no JSON');
  if (isDeeperThan(levelsAtMost, events))
    return wrong(`the body has more than ${levelsAtMost} levels of objects and lists`);
  try {
    const emitted = events.length === 0 ? [] : await emitEvents(engine, key, events, options);
    return { status: 202, body: { events: answerOf(emitted) } };
  } catch (error) {
    // wrong of the sender are those that are also wrong of somebody who types a command
    if (!(error instanceof MembraneError) || codes[error.code].exit !== 2) throw error;
    return error.code === 'event/unknown' ? { status: 404 } : wrong(error.message);
  }
}

function answerOf(emitted: readonly Emitted[]): JsonObject[] {
  return emitted.map(({ id, tenant, starts }) => ({ id, tenant, starts: [...starts] }));
}

function wrong(message: string): WebhookAnswer {
  return { status: 400, body: { error: { message } } };
}

function eventsOf(body: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** In constant time, whatever their lengths. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
