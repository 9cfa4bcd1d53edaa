import { diagnostic, type Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { FormulaPorts } from '../core/formula-env.js';
import type { Json } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { LogLine } from '../core/sandbox.js';
import type { JsonSchema } from '../core/schema.js';
import type { Exchange } from './client.js';
import { choose } from './choose.js';
import type { Engine } from './engine.js';
import { checkAgainst, requireFit } from './input.js';
import { errorFacts, jsonOf, plain } from './log.js';
import { requireSound } from './sound.js';
import { timeLimit, type TimeLimit } from './time-limit.js';
import { askPorts, openWorld, type Runnable } from './world.js';

export interface RunOptions {
  readonly input?: unknown;
  /** Key or id; may be left out where only one fits. */
  readonly connection?: string | undefined;
  /** Which of several instances of its elements the connection is to use. */
  readonly instance?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For what is printed: an API that repeats the connection's secrets does not get them onto the screen. */
  readonly redacted?: boolean | undefined;
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
  const { signal, redacted = false, instance } = options;
  const chosen = await choose(engine, kind, key, options.connection, instance);
  const { element } = chosen;
  await requireSound(engine, element);
  const schema = kind.inputSchema?.(element.value);
  const hint = `see what it takes: membrane ${kindName} show ${key}`;
  const given = options.input === undefined ? {} : options.input;
  const warnings: Diagnostic[] = [];
  const ports = () => askPorts(engine, { ...chosen, instance, input: given }, warnings, signal);
  const what = { code: 'input/invalid', name: 'the input', hint, ports } as const;
  const input = schema === undefined ? given : await requireFit(engine, schema, given, what);
  return execute(engine, kind, { ...chosen, instance, input, signal, redacted, warnings });
}

/** The input schema of an element on its highest layer; undefined where it has none, or is not there. */
export function inputSchemaOf(engine: Engine, kindName: string, key: string): JsonSchema | undefined {
  const kind = engine.kinds.find((candidate) => candidate.name === kindName);
  const element =
    engine.project.resolve(kindName, key) ??
    engine.project.list(kindName).find(({ ref }) => ref.key === key || `${ref.connector}/${ref.key}` === key);
  return element === undefined ? undefined : kind?.inputSchema?.(element.value);
}

interface Execution extends Runnable {
  readonly signal: AbortSignal | undefined;
  readonly redacted: boolean;
  /** What was odd before it began. */
  readonly warnings: readonly Diagnostic[];
}

async function execute(engine: Engine, kind: Kind, execution: Execution): Promise<RunResult> {
  const time = timeLimit(engine, formatRef(execution.element.ref), execution.signal);
  try {
    return await runWithin(time, engine, kind, execution);
  } finally {
    time.end(); // whatever happened: its timer would keep the process alive
  }
}

async function runWithin(
  time: TimeLimit,
  engine: Engine,
  kind: Kind,
  execution: Execution,
): Promise<RunResult> {
  const { element, connection, input } = execution;
  const { ports, emit } = engine;
  const [id, started] = [ports.ids.next(), ports.clock.now()];
  const ref = formatRef(element.ref);
  const exchanges: Exchange[] = [];
  const lines: LogLine[] = [];
  const said: Diagnostic[] = [...execution.warnings];
  const world = await openWorld(engine, execution, { exchanges, lines, warnings: said }, time.signal);
  const facts = { ref, connection: connection?.key ?? null, input: world.redact(jsonOf(input)) };
  const row = { id, tenant: engine.tenant, time: started };
  const console = () =>
    lines.length === 0 ? {} : { console: world.redact(lines).map((line) => plain(line)) };
  await engine.runLog.begin({ ...row, state: 'running', data: facts });
  emit({ type: 'run-started', runId: id, ref });
  try {
    const output = await time.race(kind.run?.(world.context, element.value));
    const warnings = [
      ...world.redact(said),
      ...(await outputWarnings(engine, kind, element, output, world.ports)),
    ];
    const ms = ports.clock.now() - started;
    const json = output === undefined ? undefined : jsonOf(output);
    const logged = world.redact(json);
    engine.runLog.end(
      { ...row, state: 'completed', data: { ...facts, output: logged ?? null, ...console(), ms } },
      exchanges,
    );
    emit({ type: 'run-ended', runId: id, ref, state: 'completed', ms });
    return { id, output: execution.redacted ? logged : json, warnings, ms };
  } catch (error) {
    const ms = ports.clock.now() - started;
    const located =
      error instanceof MembraneError ? error.at(engine.project.locate(element, ['config'], 'key')) : error;
    engine.runLog.end(
      {
        ...row,
        state: 'failed',
        data: { ...facts, error: world.redact(errorFacts(located)), ...console(), ms },
      },
      exchanges,
    );
    emit({ type: 'run-ended', runId: id, ref, state: 'failed', ms });
    throw located;
  }
}

/** What is odd about an output is a warning: the work is done, and the caller gets it. */
export async function outputWarnings(
  engine: Engine,
  kind: Kind,
  element: ResolvedElement,
  output: unknown,
  ports: FormulaPorts,
): Promise<Diagnostic[]> {
  const schema = kind.outputSchema?.(element.value);
  if (schema === undefined) return [];
  const { problems } = await checkAgainst(engine, schema, output, async () => ports);
  const declared = element.value['customOutputSchema'] === undefined ? 'outputSchema' : 'customOutputSchema';
  return problems.map(({ message, help }) =>
    diagnostic(
      'output/invalid',
      `the output does not fit its schema: ${message}`,
      engine.project.locate(element, [declared], 'key'),
      {
        help,
        ref: formatRef(element.ref),
      },
    ),
  );
}
