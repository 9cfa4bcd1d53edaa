import { Buffer } from 'node:buffer';
import { MembraneError } from '../../../src/core/error.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { Consent } from '../../../src/core/oauth.js';
import type { Http, HttpRequest } from '../../../src/core/ports.js';
import { newElement, openMembrane, type Membrane } from '../../../src/membrane.js';
import {
  fakeClock,
  memoryConnections,
  memorySecrets,
  memoryStore,
  memoryTenants,
  sequentialIds,
  type FakeClock,
} from '../../support/memory-ports.js';
import { testProject } from '../../support/project.js';

/** What is done with a connector, what the API answers, and what must come of it. */
export interface Step {
  /** Connects an account: which way, and what is typed in. */
  connect?: { auth?: string; input?: JsonObject; device?: boolean };
  operation?: string;
  input?: JsonObject;
  /** `METHOD /path`, with `data` as its body; `paginate` follows all pages. */
  request?: string;
  data?: unknown;
  paginate?: boolean;
  refresh?: true;
  delete?: true;
  answers?: Answer[];
  /** The requests that were sent, in order. */
  sent?: unknown[];
  /** Where a person was sent, for their consent. */
  visits?: unknown[];
  gives?: unknown;
  fails?: unknown;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  data?: unknown;
}

/** Texts that begin with this are secret: they may be in requests, and nowhere else. */
export const secretMark = 'SECRET-';

/** A project with a copy of a connector, an API that answers as told, and a person who always agrees. */
export async function openRecorded(name: string, integration: JsonObject) {
  const { root } = await testProject({
    'membrane.yaml': '',
    [`integrations/${name}/spec.yaml`]: JSON.stringify(integration),
  });
  await newElement({ cwd: root, kind: 'connector', key: name, from: name });
  const clock = fakeClock();
  const store = memoryStore(clock);
  const secrets = memorySecrets();
  const wire = recordingHttp();
  const events: unknown[] = [];
  const membrane = await openMembrane({
    cwd: root,
    env: { MEMBRANE_SECRETS: 'file' },
    emit: (event) => void events.push(event),
    ports: {
      clock,
      ids: sequentialIds(),
      connections: memoryConnections(),
      tenants: memoryTenants(),
      store: async () => store,
      secrets: async () => secrets,
      http: wire.http,
    },
  });
  /** All that anybody can read afterwards. */
  const readable = async (): Promise<string> => {
    const logs = await membrane.logs.list({ limit: 1000 });
    const details = await Promise.all(logs.map(({ id }) => membrane.logs.show(id)));
    return JSON.stringify([events, details, await membrane.connections.list()]);
  };
  return { membrane, clock, wire, readable };
}

export type Recorded = Awaited<ReturnType<typeof openRecorded>>;

/** Does one step; gives it with what came of it. */
export async function take({ membrane, clock, wire }: Recorded, name: string, step: Step): Promise<Step> {
  const { sent: _sent, visits: _visits, gives: _gives, fails: _fails, ...asked } = step;
  const visits: unknown[] = [];
  wire.begin(step.answers ?? []);
  const done: Step = { ...asked };
  try {
    const output = await moving(clock, work(membrane, name, step, person(visits, step.connect?.device)));
    if (output !== undefined) done.gives = plain(output);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { code, message, hint, class: kind, key } = error;
    const details = error.data?.['details'];
    done.fails = plain({ code, message, hint, class: kind, key, details });
  }
  if (visits.length > 0) done.visits = visits;
  done.sent = wire.sent();
  return done;
}

/** All steps but `connect` use the newest connection. */
async function work(membrane: Membrane, name: string, step: Step, consent: Consent): Promise<unknown> {
  if (step.connect !== undefined) {
    const { auth, input = {} } = step.connect;
    const key = `${name}-${(await membrane.connections.list()).length + 1}`;
    const how = { integration: name, key, auth, input, consent };
    const { authOptionKey, nextCredentialsRefreshAt } = await membrane.connections.connect(how);
    return { authOptionKey, renewed: nextCredentialsRefreshAt !== undefined };
  }
  const connection = (await membrane.connections.list()).at(-1)?.key ?? '';
  if (step.operation !== undefined) {
    const { output } = await membrane.operations.run(step.operation, { connection, input: step.input ?? {} });
    return output;
  }
  if (step.request !== undefined) {
    const [method = '', path = ''] = step.request.split(' ');
    const { data, paginate = false } = step;
    const response = await membrane.request(
      connection,
      { method, path, ...(data === undefined ? {} : { data }) },
      { paginate },
    );
    return response.data;
  }
  if (step.refresh === true) {
    const { nextCredentialsRefreshAt } = await membrane.connections.refresh(connection);
    return { renewed: nextCredentialsRefreshAt !== undefined };
  }
  await membrane.connections.remove(connection);
  return undefined;
}

/** Somebody who agrees at once, and pastes the address that their browser ends at. */
function person(visits: unknown[], device = false): Consent {
  return {
    way: device ? 'device' : 'browser',
    // the clock is moved while things are loaded
    timeoutMs: 24 * 3600_000,
    visit: async ({ url }) => {
      const { origin, pathname, searchParams } = new URL(url);
      visits.push({ address: origin + pathname, query: masked(Object.fromEntries(searchParams)) });
      const answer = new URL(searchParams.get('redirect_uri') ?? '');
      answer.searchParams.set('code', `${secretMark}code`);
      answer.searchParams.set('state', searchParams.get('state') ?? '');
      return answer.href;
    },
    showCode: async ({ userCode, url }) => void visits.push({ address: url, userCode }),
  };
}

/** Moves the clock while something waits for it. */
async function moving<T>(clock: FakeClock, running: Promise<T>): Promise<T> {
  let ended = false;
  const end = () => void (ended = true);
  running.then(end, end);
  while (!ended) {
    await clock.move(clock.sleepers() > 0 ? 250 : 0);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return running;
}

function recordingHttp() {
  let answers: Answer[] = [];
  let sent: unknown[] = [];
  const proofs = new Set<string>();
  const http: Http = {
    async send(request) {
      sent.push(written(request));
      const proof = request.headers['authorization']?.split(' ')[1];
      if (proof !== undefined) proofs.add(proof);
      const next = answers.shift();
      if (next === undefined) throw new Error(`nobody answers ${request.method} ${request.url}`);
      const { status = 200, headers = {}, data } = next;
      const type = { 'content-type': 'application/json' };
      const body = data === undefined ? '' : JSON.stringify(data);
      return { status, headers: { ...type, ...headers }, body: Buffer.from(body), ms: 1 };
    },
  };
  return {
    http,
    begin(next: readonly Answer[]) {
      answers = [...next];
      sent = [];
    },
    sent: () => sent,
    left: () => answers.length,
    /** What stood in `authorization`, ever: a password is encoded there. */
    proofs: () => [...proofs],
  };
}

/** A request as a person would write it down. */
function written({ method, url, headers, body }: HttpRequest): unknown {
  const { origin, pathname, searchParams } = new URL(url);
  const query = Object.fromEntries(searchParams);
  const text = body === undefined ? undefined : Buffer.from(body).toString();
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method,
    url: origin + pathname,
    ...(Object.keys(query).length === 0 ? {} : { query }),
    headers: plain(headers, /(?<=^oauth4webapi)\/v[\d.]+$/),
    ...(text === undefined
      ? {}
      : isForm
        ? { form: masked(Object.fromEntries(new URLSearchParams(text))) }
        : { json: JSON.parse(text) as unknown }),
  };
}

/** Chance is left out; a signed statement is opened. */
function masked(fields: Record<string, string>): unknown {
  const chance = ['state', 'code_challenge', 'code_verifier'];
  const shown = Object.entries(fields).map(([name, value]) => {
    if (chance.includes(name)) return [name, value.length >= 22 ? '(by chance)' : value];
    return [name, name === 'assertion' ? opened(value) : value];
  });
  return Object.fromEntries(shown) as unknown;
}

function opened(assertion: string): unknown {
  const [header, claims] = assertion
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  const { iat, exp, jti: _, ...said } = claims ?? {};
  return { header, claims: said, lifetime: Number(exp) - Number(iat) };
}

/** As JSON has it: without what is undefined, and without what `chance` finds in texts. */
function plain(value: unknown, chance?: RegExp): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'string' && chance !== undefined ? part.replace(chance, '') : part,
    ),
  ) as unknown;
}
