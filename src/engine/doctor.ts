import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { judgeAlerts } from './alert-judge.js';
import type { Alert } from './alert-rows.js';
import { listAlerts } from './alerts.js';
import { describeConnections, testConnections, type ConnectionTest } from './connections.js';
import { watchedHttp, type Server } from './doctor-network.js';
import type { Engine } from './engine.js';
import { integrationFacts } from './integration-configure.js';
import { finishRefreshes } from './refresh.js';
import { sweepSecrets } from './secret-traces.js';

export interface DoctorCheck {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
}

export interface DoctorOptions {
  /** Send nothing: connections are judged by what is stored. */
  readonly offline?: boolean | undefined;
  /** Files of the state folder that others than their owner can read. */
  readonly openFiles: () => Promise<readonly string[]>;
  /** Versions of Node.js: the one that runs this, and the first that will do. */
  readonly node: { readonly version: string; readonly needed: string };
  readonly signal: AbortSignal;
}

/** So far may a clock be off, in milliseconds: tokens and signatures allow for some minutes, not for more. */
const clockToleranceMs = 120_000;

/** Looks at everything that a run needs, and says what is wrong and what to do. */
export async function examine(engine: Engine, options: DoctorOptions): Promise<DoctorCheck[]> {
  const state = await check('state', async () => {
    const store = await engine.ports.store();
    await store.drawer('action-run').count({ tenant: engine.tenant });
    return 'the state database opens';
  });
  return [
    examineNode(options),
    state,
    await examineFiles(options),
    await check('secrets', async () => {
      const store = await engine.ports.secrets(engine.secrets);
      await store.probe();
      return `the secret store "${engine.secrets}" works`;
    }),
    ...(state.state === 'ok' ? [...(await examineTraces(engine)), ...(await examineAlerts(engine))] : []),
    ...(await examineDrafts(engine)),
    ...(await examineConnections(engine, options)),
  ];
}

function examineNode({ node: { version, needed } }: DoctorOptions): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  const name = 'node';
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
    return { name, state: 'ok', message: `Node.js is ${needed} or newer` };
  }
  return {
    name,
    state: 'warning',
    message: `Node.js ${version} is older than ${needed}`,
    help: 'install a newer one: https://nodejs.org',
  };
}

async function examineFiles({ openFiles }: DoctorOptions): Promise<DoctorCheck> {
  const open = await openFiles();
  const name = 'files';
  if (open.length === 0) return { name, state: 'ok', message: 'the state folder is for its owner only' };
  return {
    name,
    state: 'warning',
    message: `others can read ${open.slice(0, 5).join(', ')}${open.length > 5 ? ', …' : ''}`,
    help: 'take their rights away: chmod -R go= .membrane',
  };
}

/** Only told where there was something: most projects never have it. */
async function examineTraces(engine: Engine): Promise<DoctorCheck[]> {
  const name = 'left-overs';
  let swept = 0;
  const found = await check(name, async () => {
    swept = await sweepSecrets(engine);
    return `removed what a connect that was cut off had left in the secret store (${swept})`;
  });
  return found.state === 'ok' && swept === 0 ? [] : [found];
}

/** One line each; connections are looked at by themselves. */
async function examineAlerts(engine: Engine): Promise<DoctorCheck[]> {
  let alerts: readonly Alert[] = [];
  await check('alerts', async () => {
    await judgeAlerts(engine);
    alerts = await listAlerts(engine);
    return ''; // what hinders it is told by the checks of the state and of the connections
  });
  return alerts
    .filter(({ type }) => type !== 'connection_disconnected')
    .map(({ description: message, help }) => {
      const alert: DoctorCheck = { name: 'alert', state: 'warning', message };
      return help === undefined ? alert : { ...alert, help };
    });
}

/** The same for files. */
async function examineDrafts({ ports }: Engine): Promise<DoctorCheck[]> {
  const name = 'stored files';
  let swept = 0;
  const found = await check(name, async () => {
    swept = await (await ports.files()).sweep();
    return `removed what was cut off in the middle (${swept})`;
  });
  return found.state === 'ok' && swept === 0 ? [] : [found];
}

async function examineConnections(engine: Engine, options: DoctorOptions): Promise<DoctorCheck[]> {
  let connections: readonly Connection[] = [];
  const listed = await check('connections', async () => {
    connections = await describeConnections(engine);
    return `tenant "${engine.tenant}" has ${connections.length}`;
  });
  if (listed.state === 'failed') return [listed];
  if (connections.length === 0) {
    const help = 'make one: membrane connect INTEGRATION';
    const message = `tenant "${engine.tenant}" has no connection yet`;
    return [{ name: 'connections', state: 'warning', message, help }];
  }
  const integrations = [...new Set(connections.map(({ integrationKey }) => integrationKey))];
  const configured = await Promise.all(integrations.map((key) => examineIntegration(engine, key)));
  const servers: Server[] = [];
  const tests = options.offline === true ? [] : await testWatched(engine, servers, options.signal);
  return [
    ...configured.flat(),
    ...examineNetwork(servers),
    ...examineClock(servers),
    ...connections.map((connection) => judge(engine, connection, tests)),
  ];
}

/** Tries every connection, and notes the servers that are asked. */
async function testWatched(
  engine: Engine,
  servers: Server[],
  signal: AbortSignal,
): Promise<ConnectionTest[]> {
  const http = watchedHttp(engine.ports, servers);
  const watched = { ...engine, ports: { ...engine.ports, http } };
  try {
    return await testConnections(watched, signal);
  } finally {
    await finishRefreshes(watched); // whoever closes the project knows of the other engine only
  }
}

/** An integration that says nothing is fine. */
async function examineIntegration(engine: Engine, key: string): Promise<DoctorCheck[]> {
  const name = `integration ${key}`;
  let missing: readonly string[] = [];
  const found = await check(name, async () => {
    missing = (await integrationFacts(engine, key)).missing;
    return '';
  });
  if (found.state === 'failed') return [found];
  if (missing.length === 0) return [];
  const help = `give them: membrane integration configure ${key}`;
  return [{ name, state: 'failed', message: `parameters are missing: ${missing.join(', ')}`, help }];
}

/** The servers of the connections, as far as their test requests went. */
function examineNetwork(servers: readonly Server[]): DoctorCheck[] {
  const there = servers.filter(({ failure }) => failure === undefined).map(({ host }) => host);
  const message = `${there.join(', ')} ${there.length === 1 ? 'answers' : 'answer'}`;
  const reached: DoctorCheck[] = there.length === 0 ? [] : [{ name: 'network', state: 'ok', message }];
  const lost = servers.flatMap(({ failure }): DoctorCheck[] => {
    if (failure === undefined) return [];
    const { message, hint } = failure;
    return [{ name: 'network', state: 'failed', message, ...(hint === undefined ? {} : { help: hint }) }];
  });
  return [...reached, ...lost];
}

/** By what servers say the time is; without any server nobody can tell. */
function examineClock(servers: readonly Server[]): DoctorCheck[] {
  const offsets = servers.flatMap(({ offsetMs }) => (offsetMs === undefined ? [] : [offsetMs]));
  const smallest = offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
  if (smallest === undefined) return [];
  const name = 'clock';
  if (Math.abs(smallest) <= clockToleranceMs) {
    return [{ name, state: 'ok', message: 'the clock agrees with those of the servers' }];
  }
  const minutes = Math.round(Math.abs(smallest) / 60_000);
  const message = `the clock is ${minutes} min ${smallest > 0 ? 'fast' : 'slow'}: tokens seem older or younger than they are`;
  return [{ name, state: 'warning', message, help: 'set it: timedatectl set-ntp true (on Linux)' }];
}

function judge(engine: Engine, connection: Connection, tests: readonly ConnectionTest[]): DoctorCheck {
  const { key, state, disconnected, error, nextCredentialsRefreshAt } = connection;
  const name = `connection ${key}`;
  const test = tests.find((one) => one.key === key);
  const help = test?.error?.hint ?? `connect it again: membrane connection reconnect ${key}`;
  if (state !== 'READY' || disconnected) {
    const why = error === undefined ? '' : `: ${error.message}`;
    const again = `connect it again: membrane connection reconnect ${key}`;
    return { name, state: 'failed', message: `it is disconnected${why}`, help: again };
  }
  if (test?.ok === false) return { name, state: 'failed', message: test.error?.message ?? '', help };
  if (test?.tested === true)
    return { name, state: 'ok', message: `the test request succeeds (${test.ms} ms)` };
  const due = nextCredentialsRefreshAt !== undefined && nextCredentialsRefreshAt <= engine.ports.clock.now();
  const stored = due ? 'its credentials are made new with the next use' : 'its credentials are there';
  return { name, state: 'ok', message: test === undefined ? stored : 'the connector has no test request' };
}

async function check(name: string, examineOne: () => Promise<string>): Promise<DoctorCheck> {
  try {
    return { name, state: 'ok', message: await examineOne() };
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { message, hint } = error;
    return { name, state: 'failed', message, ...(hint === undefined ? {} : { help: hint }) };
  }
}
