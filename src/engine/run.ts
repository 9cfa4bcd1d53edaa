import type { Connection } from '../core/connection.js';
import { diagnostic, type Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import { type Json, type JsonPath } from '../core/json.js';
import type { ApiClient, Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import { clientOf, type BoundClient } from './bound-client.js';
import type { Exchange } from './client.js';
import { findConnection, listConnections } from './connections.js';
import type { Engine } from './engine.js';
import { evaluator } from './evaluate.js';
import { checkAgainst, requireFit } from './input.js';
import { errorFacts, jsonOf, writeRun } from './log.js';
import { webClient, yourAppClient } from './unbound-clients.js';

export interface RunOptions {
  readonly input?: unknown;
  /** Key or id; may be left out where only one fits. */
  readonly connection?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  readonly id: string;
  readonly output: Json | undefined;
  readonly warnings: readonly Diagnostic[];
  readonly ms: number;
}

/** Runs one element once: finds it, checks it and its input, runs it within its time, and logs what happened. */
export async function runElement(
  engine: Engine,
  kindName: string,
  key: string,
  options: RunOptions,
): Promise<RunResult> {
  const kind = engine.kinds.find((candidate) => candidate.name === kindName);
  if (kind?.run === undefined) {
    throw new MembraneError('run/unsupported', `elements of kind "${kindName}" cannot be run`, {
      hint: 'run an action',
    });
  }
  const { element, connection } = await choose(engine, kind, key, options.connection);
  await requireSound(engine, element);
  const schema = kind.inputSchema?.(element.value);
  const hint = `see what it takes: membrane ${kindName} show ${key}`;
  const given = options.input ?? {};
  const input =
    schema === undefined
      ? given
      : await requireFit(engine, schema, given, { code: 'input/invalid', name: 'the input', hint });
  return execute(engine, kind, { element, connection, input, signal: options.signal });
}

interface Execution {
  readonly element: ResolvedElement;
  readonly connection: Connection | undefined;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
}

async function execute(engine: Engine, kind: Kind, execution: Execution): Promise<RunResult> {
  const { element, connection, input } = execution;
  const { ports, emit } = engine;
  const [id, started] = [ports.ids.next(), ports.clock.now()];
  const ref = formatRef(element.ref);
  const exchanges: Exchange[] = [];
  const time = timeLimit(engine, ref, execution.signal);
  const world = await openWorld(engine, execution, exchanges, time.signal);
  const facts = { ref, connection: connection?.key ?? null, input: world.redact(jsonOf(input)) };
  const row = { id, tenant: engine.tenant, time: started };
  await writeRun(engine, { ...row, state: 'running', data: facts });
  emit({ type: 'run-started', runId: id, ref });
  try {
    const output = await time.race(kind.run?.(world.context, element.value));
    const warnings = await outputWarnings(engine, kind, element, output);
    const ms = ports.clock.now() - started;
    const json = output === undefined ? undefined : jsonOf(output);
    await writeRun(
      engine,
      { ...row, state: 'completed', data: { ...facts, output: world.redact(json ?? null), ms } },
      exchanges,
    );
    emit({ type: 'run-ended', runId: id, ref, state: 'completed', ms });
    return { id, output: json, warnings, ms };
  } catch (error) {
    const ms = ports.clock.now() - started;
    const located =
      error instanceof MembraneError ? error.at(engine.project.locate(element, ['config'], 'key')) : error;
    await writeRun(
      engine,
      { ...row, state: 'failed', data: { ...facts, error: world.redact(errorFacts(located)), ms } },
      exchanges,
    );
    emit({ type: 'run-ended', runId: id, ref, state: 'failed', ms });
    throw located;
  } finally {
    time.end();
  }
}

/** The element and the connection to run it with. */
async function choose(
  engine: Engine,
  kind: Kind,
  key: string,
  wanted: string | undefined,
): Promise<{ element: ResolvedElement; connection: Connection | undefined }> {
  const { project, tenant } = engine;
  const scopeOf = ({ key: connection, integrationKey: integration }: Connection) => ({
    integration,
    connection,
    tenant,
  });
  const universal = project.resolve(kind.name, key);
  const layers =
    universal === undefined ? project.list(kind.name).filter((element) => element.ref.key === key) : [];
  if (universal === undefined && layers.length === 0) throw notFound(engine, kind, key);
  const needed = kind.needsConnection?.((universal ?? layers[0])?.value ?? {}) ?? false;
  if (wanted === undefined && !needed && universal !== undefined)
    return { element: universal, connection: undefined };
  const fitting = (connection: Connection) => project.resolve(kind.name, key, scopeOf(connection));
  const candidates =
    wanted === undefined
      ? (await listConnections(engine)).filter((connection) => fitting(connection) !== undefined)
      : [await findConnection(engine, wanted)];
  const [connection, second] = candidates;
  if (connection === undefined)
    throw noConnection(
      engine,
      kind,
      key,
      layers.map((layer) => layer.ref.integration),
    );
  if (second !== undefined) {
    const choices = candidates.map((candidate) => candidate.key);
    throw new MembraneError(
      'usage/ambiguous',
      `several connections can run ${kind.name} "${key}": ${choices.join(', ')}`,
      {
        hint: `choose one: --connection ${choices[0]}`,
        data: { choices, flag: '--connection' },
      },
    );
  }
  const element = fitting(connection);
  if (element === undefined) {
    throw new MembraneError(
      'element/not-found',
      `${kind.name} "${key}" is not there for "${connection.integrationKey}"`,
      {
        hint: `it is declared for ${layers.map((layer) => layer.ref.integration ?? layer.ref.connection).join(', ')}`,
      },
    );
  }
  return { element, connection };
}

function notFound(engine: Engine, kind: Kind, key: string): MembraneError {
  const names = [...new Set(engine.project.list(kind.name).map((element) => element.ref.key))];
  const none = `there is none yet: membrane new ${kind.name} ${key}`;
  const hint =
    didYouMean(key, names) ?? (names.length === 0 ? none : `see them with "membrane ${kind.name} list"`);
  return new MembraneError('element/not-found', `no ${kind.name} "${key}"`, { hint });
}

function noConnection(
  engine: Engine,
  kind: Kind,
  key: string,
  integrations: readonly (string | undefined)[],
): MembraneError {
  const known = integrations.filter((one) => one !== undefined);
  const names =
    known.length > 0 ? known : engine.project.list('integration').map((element) => element.ref.key);
  const which = names.length === 1 ? names[0] : 'INTEGRATION';
  const list = names.length > 1 ? ` (${names.slice(0, 8).join(', ')})` : '';
  return new MembraneError(
    'connection/missing',
    `${kind.name} "${key}" needs a connection, and there is none`,
    {
      hint:
        names.length === 0
          ? 'make a connector first: membrane new connector KEY'
          : `make one: membrane connect ${which}${list}`,
      class: 'connection',
    },
  );
}

/** Rejects where the files of the element, or of what it references, are wrong; errors elsewhere do not matter. */
async function requireSound(engine: Engine, element: ResolvedElement): Promise<void> {
  if (element.off) {
    throw new MembraneError('element/off', `${formatRef(element.ref)} is deactivated`, {
      hint: 'remove "isDeactivated: true" from its file',
      span: engine.project.locate(element, ['isDeactivated'], 'key'),
    });
  }
  const known = sound.get(element.value);
  const problems = known ?? (await engine.project.problems(element));
  if (known === undefined) sound.set(element.value, problems);
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return;
  throw new MembraneError(
    'project/errors',
    `${formatRef(element.ref)} cannot run: ${count(errors.length, 'error')} in its files`,
    {
      hint: 'see them all with "membrane validate"',
      diagnostics: errors,
    },
  );
}

/** What is known of elements that ran before in this process; an edited project is opened anew. */
const sound = new WeakMap<object, readonly Diagnostic[]>();

interface World {
  readonly context: Parameters<NonNullable<Kind['run']>>[0];
  readonly redact: <T>(value: T) => T;
}

/** All that a run can touch. */
async function openWorld(
  engine: Engine,
  execution: Execution,
  exchanges: Exchange[],
  signal: AbortSignal,
): Promise<World> {
  const { element, connection, input } = execution;
  const { project } = engine;
  const options = { signal, onExchange: (exchange: Exchange) => exchanges.push(exchange) };
  const bound: BoundClient | undefined =
    connection === undefined ? undefined : await clientOf(engine, connection, options);
  const tenant = await tenantFacts(engine);
  const variables = {
    input,
    tenant,
    user: tenant,
    parameters: {},
    ...(connection === undefined
      ? {}
      : { connection: { id: connection.id, key: connection.key, name: connection.name } }),
    ...(bound === undefined
      ? {}
      : { integration: { key: bound.integration.key, name: bound.integration.name } }),
  };
  const evaluate = evaluator(element.value, (path) => project.locate(element, path));
  const locating = (client: () => ApiClient): ApiClient => ({
    send: async (request) => {
      try {
        return await client().send(request);
      } catch (error) {
        if (!(error instanceof MembraneError)) throw error;
        throw error.at(project.locate(element, request.at ?? (['config'] as JsonPath), 'key'));
      }
    },
  });
  const redact = bound?.redact ?? (<T>(value: T) => value);
  return {
    redact,
    context: {
      input,
      variables,
      evaluate: (at, others) => evaluate(at, others ?? variables),
      externalApp: locating(() => bound?.client ?? unconnected(element)),
      yourApp: locating(() => yourAppClient(engine, options)),
      web: locating(() => webClient(engine, options)),
      signal,
    },
  };
}

function unconnected(element: ResolvedElement): never {
  throw new MembraneError('connection/missing', `${formatRef(element.ref)} needs a connection`, {
    hint: 'make one with "membrane connect", or name one with --connection',
    class: 'connection',
  });
}

async function tenantFacts(engine: Engine): Promise<Record<string, unknown>> {
  const tenant = await engine.ports.tenants.get(engine.tenant);
  return {
    key: engine.tenant,
    id: engine.tenant,
    name: tenant?.name ?? engine.tenant,
    fields: tenant?.fields ?? {},
  };
}

/** What is odd about an output is a warning: the work is done, and the caller gets it. */
async function outputWarnings(
  engine: Engine,
  kind: Kind,
  element: ResolvedElement,
  output: unknown,
): Promise<Diagnostic[]> {
  const schema = kind.outputSchema?.(element.value);
  if (schema === undefined) return [];
  const { problems } = await checkAgainst(engine, schema, output);
  return problems.map(({ message, help }) =>
    diagnostic(
      'output/invalid',
      `the output does not fit its schema: ${message}`,
      engine.project.locate(element, ['customOutputSchema'], 'key'),
      {
        help,
        ref: formatRef(element.ref),
      },
    ),
  );
}

/** Ends a run that takes longer than its limit, or that the caller ends. */
function timeLimit(engine: Engine, ref: string, outer: AbortSignal | undefined) {
  const limit = engine.project.config.limits.actionMs;
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted === true) stop();
  const done = new AbortController();
  const timeout = engine.ports.clock.sleep(limit, done.signal).then(
    () => {
      const hint = 'raise "limits.actionSeconds" in membrane.yaml, or let it do less';
      controller.abort(
        new MembraneError('run/timeout', `${ref} ran for more than ${limit / 1000} s`, {
          hint,
          class: 'internal',
        }),
      );
    },
    () => undefined,
  );
  void timeout;
  return {
    signal: controller.signal,
    race: async <T>(work: Promise<T> | undefined): Promise<T | undefined> => {
      const ended = new Promise<never>((_, reject) => {
        const fail = () => reject(controller.signal.reason as Error);
        if (controller.signal.aborted) fail();
        controller.signal.addEventListener('abort', fail, { once: true });
      });
      ended.catch(() => undefined); // handled by the race; without one, nobody waits for it
      return Promise.race([work, ended]);
    },
    end: () => {
      outer?.removeEventListener('abort', stop);
      done.abort();
    },
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
