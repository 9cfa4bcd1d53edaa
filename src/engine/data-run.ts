import type { Connection } from '../core/connection.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { FormulaPorts } from '../core/formula-env.js';
import type { JsonObject } from '../core/json.js';
import type { RunContext } from '../core/kind.js';
import type { Element, Scope } from '../core/project.js';
import type { LogLine } from '../core/sandbox.js';
import { clientOf } from './bound-client.js';
import type { Exchange } from './client.js';
import type { Engine } from './engine.js';
import { formulaPorts } from './formula-ports.js';
import { customisedFor } from './instances-stored.js';
import { findIntegration } from './integration.js';
import { linksOf } from './links.js';
import { errorFacts } from './log.js';
import { otherElements } from './other-elements.js';
import { recordPorts } from './record-ports.js';
import { surroundings } from './surroundings.js';
import { yourAppClient } from './unbound-clients.js';

/** What works on the records of a connection without being an element, such as a command. */
export type DataContext = Pick<
  RunContext,
  'others' | 'variables' | 'validator' | 'warn' | 'pageGuard' | 'signal'
>;

/** Whose elements are looked at. */
export interface DataPlace {
  /** Absent: nothing can be asked of the API. */
  readonly connection?: Connection | undefined;
  /** Whose connector it is, where there is no connection. */
  readonly integration?: string | undefined;
  readonly signal: AbortSignal;
  readonly warn: (warning: Diagnostic) => void;
}

export interface DataWork {
  readonly connection: Connection;
  /** What is done, for the log: `data/contacts`. */
  readonly ref: string;
  readonly input: JsonObject;
  readonly signal: AbortSignal;
  readonly warn: (warning: Diagnostic) => void;
}

/** Work on records that is logged like a run: its requests as they are sent, for it may take any number of them. */
export interface DataRun {
  readonly context: DataContext;
  readonly redact: <T>(value: T) => T;
  end(output: JsonObject): void;
  fail(error: unknown): void;
}

/** Of so many requests of one piece of work the bodies are logged; of others only that they were sent. */
export const loggedBodies = 5;

/** What can be seen of the elements with a connection or an integration, without asking its API. */
export async function dataContext(
  engine: Engine,
  { connection, integration, signal, warn }: DataPlace,
): Promise<DataContext> {
  const scope = await scopeOf(engine, connection, integration);
  return {
    others: otherElements(engine, { scope, variables: {}, client: undefined, signal }),
    variables: {},
    ...recordPorts(engine),
    warn,
    signal,
  };
}

/** Begins work on the records of a connection. */
export async function beginDataRun(engine: Engine, work: DataWork): Promise<DataRun> {
  const { ports, runLog } = engine;
  const { connection, ref, input, signal, warn } = work;
  const [id, started] = [ports.ids.next(), ports.clock.now()];
  const lines: LogLine[] = [];
  const row = { id, tenant: engine.tenant, time: started };
  const facts: JsonObject = { ref, connection: connection.key };
  const running = { ...row, state: 'running', data: facts };
  const onLine = (line: LogLine) => void lines.push(line);
  let sent = 0;
  const onExchange = (exchange: Exchange) => {
    sent += 1;
    runLog.end(running, [exchange]);
  };
  // the bodies of a long list would fill the log with what everybody can list again
  const loggedBodyBytes = () => (sent < loggedBodies ? undefined : 0);
  const bound = await clientOf(engine, connection, { signal, onLine, onExchange, loggedBodyBytes });
  const { client, redact, integration } = bound;
  facts['input'] = redact(input);
  await runLog.begin(running);
  const end = (state: 'completed' | 'failed', data: JsonObject) => {
    const console = lines.length === 0 ? {} : { console: redact(lines).map((line) => ({ ...line })) };
    const ms = ports.clock.now() - started;
    runLog.end({ ...row, state, data: { ...facts, ...data, ...console, ms } }, []);
  };
  const scope = await scopeOf(engine, connection, undefined);
  const answers = (): FormulaPorts => formulas;
  const calling = { scope, variables: bound.variables, client, ports: answers, onLine, signal };
  const context: DataContext = {
    others: otherElements(engine, calling),
    variables: await surroundings(engine, connection, integration),
    ...recordPorts(engine),
    warn: (warning) => warn(redact(warning)),
    signal,
  };
  const yourApp = yourAppClient(engine, {
    signal,
    onExchange: (exchange) => runLog.end(running, [exchange]),
  });
  const formulas = formulaPorts(engine, { ...context, yourApp, links: linksOf(engine, connection) });
  return {
    redact,
    context,
    end: (output) => end('completed', { output: redact(output) }),
    fail: (error) => end('failed', { error: redact(errorFacts(error)) }),
  };
}

async function scopeOf(
  engine: Engine,
  connection: Connection | undefined,
  integration: string | undefined,
): Promise<Scope> {
  const key = connection?.integrationKey ?? integration;
  if (key === undefined) {
    throw new MembraneError('connection/missing', 'nothing says in which app the records are', {
      hint: 'name a connection with --connection',
      class: 'connection',
    });
  }
  const customised: readonly Element[] =
    connection === undefined ? [] : await customisedFor(engine, connection);
  return {
    tenant: engine.tenant,
    connection: connection?.key,
    integration: key,
    connector: findIntegration(engine, key).connector.ref.key,
    customised,
  };
}
