import { Buffer } from 'node:buffer';
import type { Connection } from '../../../src/core/connection.js';
import { MembraneError } from '../../../src/core/error.js';
import type { RunEvent } from '../../../src/core/event.js';
import { isObject, type JsonObject } from '../../../src/core/json.js';
import type { Http, HttpRequest, HttpResponse, Ports, Secrets } from '../../../src/core/ports.js';
import { clientOf } from '../../../src/engine/bound-client.js';
import { findConnection } from '../../../src/engine/connections.js';
import type { Engine } from '../../../src/engine/engine.js';
import { openWiring } from '../../../src/wiring.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';

export const connector = `name: CRM
auth:
  type: oauth2
  getOAuthConfig:
    type: mapping
    mapping: {clientId: app, clientSecret: app-secret, clientAuthLocation: body, tokenUri: 'https://id.example.com/token'}
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://api.example.com
      headers: {authorization: {$tpl: {template: 'Bearer {token}', values: {token: {$var: credentials.access_token}}}}}
`;

/** What the authorization server does with one request, instead of what it should. */
export type Fault = (rotate: () => JsonObject) => HttpResponse | Promise<HttpResponse>;

/** An authorization server with rotation, no grace window, and the API beside it; all in memory. */
export function accounts(lifeSeconds = 3600) {
  let count = 0;
  let refreshToken = 'refresh-token-0';
  const accepted = new Set(['access-token-0']);
  const faults: Fault[] = [];
  const seen = { refreshes: 0, requests: 0 };

  function rotate(): JsonObject {
    count += 1;
    refreshToken = `refresh-token-${count}`;
    accepted.clear();
    accepted.add(`access-token-${count}`);
    return {
      access_token: `access-token-${count}`,
      refresh_token: refreshToken,
      expires_in: lifeSeconds,
      token_type: 'bearer',
    };
  }

  function token({ body }: HttpRequest): HttpResponse | Promise<HttpResponse> {
    seen.refreshes += 1;
    const given = new URLSearchParams(String(body)).get('refresh_token');
    const fault = faults.shift();
    if (fault !== undefined) return fault(rotate);
    if (given !== refreshToken)
      return answer(400, { error: 'invalid_grant', error_description: 'token used' });
    return answer(200, rotate());
  }

  const http: Http = {
    async send(request) {
      if (request.url.startsWith('https://id.example.com/')) return token(request);
      seen.requests += 1;
      const given = request.headers['authorization']?.replace('Bearer ', '') ?? '';
      return accepted.has(given) ? answer(200, { token: given }) : answer(401, { message: 'who are you' });
    },
  };
  return {
    http,
    faults,
    seen,
    /** The API forgets the token that it would accept. */
    forget: () => accepted.clear(),
    /** The provider ends the grant. */
    end: () => void (refreshToken = 'none'),
  };
}

export function answer(status: number, body: unknown, type = 'application/json'): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': type }, body: Buffer.from(text), ms: 1 };
}

export function timeout(): never {
  throw new MembraneError('http/timeout', '"id.example.com" did not answer in 30 s');
}

export function unreachable(code: string): never {
  throw new MembraneError('http/unreachable', '"id.example.com" cannot be reached', { data: { code } });
}

/** A project with a connection `crm` whose tokens end in an hour; `open` gives another process of it. */
export async function refreshWorld(
  options: { lifeSeconds?: number; secrets?: (kept: Secrets) => Secrets } = {},
) {
  const { root } = await testProject({ 'membrane.yaml': '', 'connectors/crm/spec.yaml': connector });
  const clock = fakeClock();
  const kept = memorySecrets();
  const secrets = options.secrets?.(kept) ?? kept;
  const store = memoryStore(clock);
  const provider = accounts(options.lifeSeconds);
  const events: RunEvent[] = [];
  const ports = {
    clock,
    http: provider.http,
    ids: sequentialIds(),
    connections: memoryConnections(),
    tenants: memoryTenants(),
    store: async () => store,
    secrets: async () => secrets,
  } satisfies Partial<Ports>;
  const open = async (more: Partial<Ports> = {}): Promise<Engine> => {
    // Never closed: some of them are to be taken for killed, and hold nothing but memory.
    const { engine } = await openWiring({
      cwd: root,
      env: { MEMBRANE_SECRETS: 'file' },
      ports: { ...ports, ...more },
      emit: (event) => events.push(event),
    });
    return engine;
  };
  const at = { tenant: 'local', connection: 'c1', part: 'credentials' };
  await kept.write(at, {
    access_token: 'access-token-0',
    refresh_token: 'refresh-token-0',
    '~membrane': { parameters: {}, generation: 1, issuedAt: clock.now(), expiresAt: clock.now() + 3_600_000 },
  });
  await ports.connections.create({
    id: 'c1',
    key: 'crm',
    name: 'CRM',
    tenantKey: 'local',
    integrationKey: 'crm',
    secrets: 'file',
    createdAt: clock.now(),
    updatedAt: clock.now(),
    state: 'READY',
    disconnected: false,
    generation: 1,
  });
  const engine = await open();
  return {
    clock,
    kept,
    store,
    ports,
    provider,
    engine,
    open,
    /** One request to the API; gives the token that the API saw. */
    ask: (of: Engine = engine, signal?: AbortSignal) => ask(of, signal),
    /** The same for work that waits for others: the clock goes on meanwhile. */
    waiting: async <T>(work: Promise<T>): Promise<T> => {
      let done = false;
      const end = (): void => void (done = true);
      work.then(end, end);
      while (!done) await clock.move(100);
      return work;
    },
    record: async (): Promise<Connection | undefined> => ports.connections.get('local', 'crm'),
    /** The stored credentials, and their generation. */
    stored: async (): Promise<Readonly<Record<string, unknown>> | undefined> => {
      const { '~membrane': facts, ...credentials } = (await kept.read(at)) ?? {};
      return isObject(facts) ? { ...credentials, generation: facts['generation'] } : undefined;
    },
    intent: async () => {
      const row = await store.drawer('credentials-refresh').get('local', 'c1');
      return row?.data;
    },
    warnings: () => events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
    attempts: async () => {
      const rows = await store.drawer('connection-attempt').list({ order: 'oldest' });
      return rows.map(({ state, data }) => `${String(data['action'])} ${state}`);
    },
  };
}

export async function ask(engine: Engine, signal = new AbortController().signal): Promise<unknown> {
  const { client } = await clientOf(engine, await findConnection(engine, 'crm'), { signal });
  const { data } = await client.send({ method: 'GET', path: '/me' });
  return (data as JsonObject)['token'];
}
