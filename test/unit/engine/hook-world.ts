import { createHmac } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { tendHooks } from '../../../src/engine/hook-life.js';
import { listSubscriptions, type Subscription } from '../../../src/engine/subscription-rows.js';
import { syncSubscriptions } from '../../../src/engine/subscription-sync.js';
import type { WatchEvent } from '../../../src/engine/watch-events.js';
import { drainWebhooks, type Drained } from '../../../src/engine/webhook-handle.js';
import { openWebhook, type WebhookTarget } from '../../../src/engine/webhook-open.js';
import { incomingDrawer, incomingRow, type IncomingWebhook } from '../../../src/engine/webhook-rows.js';
import { openWiring } from '../../../src/wiring.js';
import { json, startServer, status, type Received, type Routes } from '../../support/server.js';
import { connector, world } from './world.js';

export const publicUrl = 'https://hooks.test';

/** A vendor that keeps who is subscribed, as real ones do. */
export interface Vendor {
  /** By id: what was given when it was subscribed to. */
  readonly hooks: Map<string, Record<string, string>>;
  /** Everything that was asked, as `POST /hooks`. */
  readonly asked: string[];
  /** Called when somebody subscribes, before he is answered. */
  onSubscribe?: (hook: Record<string, string>) => Promise<void>;
  /** Instead of what it answers otherwise. */
  fails?: number | undefined;
}

/** The event of a connector whose vendor signs with what it is given, with a life of its own. */
export const submitted = `implementationType: webhook
parametersSchema: {type: object, properties: {form: {type: string}}}
schema: {type: object, properties: {email: {type: string}}}
methods:
  subscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks
      method: POST
      requestMapping:
        data: {url: {$var: webhookUri}, secret: {$var: webhookSecret}, form: {$var: parameters.form}}
      responseMapping:
        state: {id: {$var: response.data.id}, apiToken: {$var: response.data.apiToken}}
        expiresAt: {$var: response.data.expiresAt}
  refresh:
    type: rest-api-mapping
    mapping:
      path: /hooks/{id}/renew
      method: PUT
      requestMapping: {pathParameters: {id: {$var: state.id}}, data: {token: {$var: state.apiToken}}}
      responseMapping:
        state: {id: {$var: response.data.id}, apiToken: {$var: response.data.apiToken}}
        expiresAt: {$var: response.data.expiresAt}
  unsubscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks/{id}
      method: DELETE
      requestMapping: {pathParameters: {id: {$var: state.id}}}
  handle:
    type: mapping
    mapping:
      events: [{id: {$var: data.id}, payload: {$var: data.form}}]
      response: {status: 202, body: {challenge: {$var: data.challenge}}}
signature: {type: hmac, header: x-signature, secret: {$var: webhookSecret}}
`;

export const onForm = (form = 'a'): string => `autoCreateInstances: true
nodes:
  start:
    type: connector-event-trigger
    config: {eventKey: submitted, eventParameters: {form: ${form}}}
    links: [{key: out}]
  out: {type: transform-data, config: {output: {$var: input.start}}}
`;

export async function hookWorld(files: Readonly<Record<string, string>>, more: Routes = {}) {
  const made = await world({ 'connectors/crm/spec.yaml': connector, ...files });
  const vendor: Vendor = { hooks: new Map(), asked: [] };
  const lifeMs = 3_600_000;
  let count = 0;
  const given = (id: string) => ({
    id,
    apiToken: `secret-of-${id}`,
    expiresAt: new Date(made.clock.now() + lifeMs).toISOString(),
  });
  const note = (request: Received): boolean => {
    vendor.asked.push(`${request.method} ${request.path}`);
    return vendor.fails === undefined;
  };
  const byId: Routes = Object.fromEntries(
    [1, 2, 3, 4, 5, 6].flatMap((n) => [
      [
        `DELETE /hooks/h${n}`,
        (response, request) => {
          if (!note(request)) return status(vendor.fails ?? 500)(response, request);
          vendor.hooks.delete(`h${n}`);
          return status(204)(response, request);
        },
      ],
      [
        `PUT /hooks/h${n}/renew`,
        (response, request) =>
          note(request)
            ? json(given(`h${n}`))(response, request)
            : status(vendor.fails ?? 500)(response, request),
      ],
    ]),
  );
  const server = await startServer({
    'POST /hooks': async (response, request) => {
      const { secret = '' } = JSON.parse(request.body) as Record<string, string>;
      if (!note(request))
        return status(vendor.fails ?? 500, { message: `cannot reach ${secret}` })(response, request);
      const id = `h${(count += 1)}`;
      const hook = JSON.parse(request.body) as Record<string, string>;
      vendor.hooks.set(id, hook);
      await vendor.onSubscribe?.(hook);
      return json(given(id))(response, request);
    },
    ...byId,
    ...more,
  });
  onTestFinished(() => server.close());
  const open = async (tenant?: string, project = made.root) => {
    const wiring = await openWiring({
      cwd: project,
      env: { MEMBRANE_SECRETS: 'file' },
      tenant,
      ports: made.ports,
    });
    onTestFinished(() => wiring.close());
    return wiring.engine;
  };
  const connect = async (tenant?: string, how: { key?: string } = {}) =>
    (await made.open({ tenant })).connections.connect({
      integration: 'crm',
      skipTest: true,
      ...how,
      input: { apiKey: tenant ?? 'secret-key', baseUri: server.url },
    });
  return {
    ...made,
    vendor,
    vendorServer: server,
    engine: await open(),
    openEngine: open,
    connectTo: connect,
  };
}

const { signal } = new AbortController();

/** What a watcher that listens does with hooks in one round. */
export async function tend(engine: Engine, url = publicUrl): Promise<WatchEvent[]> {
  const told: WatchEvent[] = [];
  const tell = (event: WatchEvent) => void told.push(event);
  await tendHooks(engine, await syncSubscriptions(engine), { publicUrl: url, signal, tell });
  return told;
}

export async function only(engine: Engine): Promise<Subscription> {
  const [one] = await listSubscriptions(engine);
  if (one === undefined) throw new Error('there is no subscription');
  return one;
}

/** Whether a request would be let in, judged as the receiver does it. */
export async function isProven(
  engine: Engine,
  to: WebhookTarget,
  body: string,
  secret: string,
): Promise<boolean> {
  const opened = await openWebhook(engine, to, signal);
  if (opened?.signature === undefined) throw new Error('nothing is declared');
  const signatures = await engine.ports.signatures();
  const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
  const request = {
    method: 'POST',
    path: '/',
    search: '',
    remote: '',
    query: {},
    headers,
    body: Buffer.from(body),
  };
  return signatures.verify(opened.signature, request, engine.ports.clock.now(), '').ok;
}

/** A request as the receiver stores it. */
export async function arrive(
  engine: Engine,
  to: string,
  body: unknown,
  how: Partial<IncomingWebhook> = {},
): Promise<IncomingWebhook> {
  const row: IncomingWebhook = {
    id: engine.ports.ids.next(),
    tenant: engine.tenant,
    state: 'pending',
    time: engine.ports.clock.now(),
    to,
    query: {},
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attempts: 0,
    ...how,
  };
  await (await engine.ports.store()).drawer(incomingDrawer).put(incomingRow(row));
  return row;
}

export const drain = (engine: Engine): Promise<Drained> => drainWebhooks(engine, signal);
