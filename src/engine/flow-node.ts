import { relative } from 'node:path';
import type { StepControl, StepResult } from '../core/durability.js';
import { MembraneError } from '../core/error.js';
import { asJson } from '../core/json-size.js';
import type { Json, JsonObject, JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { NodeContext, NodeOutcome, NodeRun } from '../core/walk.js';
import type { DryGuard } from './dry-run.js';
import { evaluator } from './evaluate.js';
import type { FlowGround } from './flow-ground.js';
import { idempotent } from './flow-idempotency.js';
import { likelyOutcome, standingIn } from './flow-likely.js';
import { runOther } from './flow-other.js';
import { errorFacts, plain } from './log.js';
import { worldOn, type Gathered, type World, type WorldOptions } from './world.js';

/** Runs a node once, and gives what is to be kept of it. */
export async function runNodeOnce(
  ground: FlowGround,
  run: NodeRun,
  control: StepControl,
): Promise<StepResult | undefined> {
  const { engine, runId } = ground;
  const { clock } = engine.ports;
  const node = new NodeWorld(ground, run, control);
  const started = clock.now();
  try {
    const given = run.light ? node : node.whole();
    const first = await run.work(given);
    const outcome = node.guard === undefined ? first : await node.standingIn(first, () => run.work(given));
    if (outcome === undefined) return undefined;
    const { state, output } = outcome;
    const facts = { ...outcome.facts, ...node.facts(), started, ms: clock.now() - started };
    return output === undefined ? { state, facts } : { state, output, facts };
  } finally {
    const { exchanges } = node.gathered;
    if (exchanges.length > 0)
      engine.runLog.requests({ id: `${runId}/${run.id}`, tenant: engine.tenant }, exchanges);
  }
}

/**
 * What one node run touches. Most nodes of a run over many inputs only compute: so all but formulas is made when it is
 * used.
 */
class NodeWorld implements NodeContext {
  readonly gathered: Gathered = { exchanges: [], lines: [], warnings: [] };
  private readonly ground: FlowGround;
  private readonly run: NodeRun;
  private readonly control: StepControl;
  /** In a dry run. */
  readonly guard: DryGuard | undefined;
  private standIn: { readonly output: Json } | undefined;
  private made: World | undefined;

  constructor(ground: FlowGround, run: NodeRun, control: StepControl) {
    this.ground = ground;
    this.run = run;
    this.control = control;
    this.guard = ground.engine.dryRun?.guard({ node: run.group, nodeRun: run.id });
  }

  get input(): unknown {
    return this.run.input;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return { ...this.ground.nodes.variables, input: this.run.input };
  }

  evaluate(at: JsonPath, given = this.variables, becomes?: JsonSchema): Promise<unknown> {
    const { engine, runnable } = this.ground;
    const { element } = runnable;
    const evaluate = evaluator(element.value, {
      locate: (path) => engine.project.locate(element, path),
      depth: engine.project.config.limits.formulaDepth,
      ports: () => this.world.ports,
    });
    return evaluate([...this.run.at, ...at], given, becomes);
  }

  runElement(kind: string, key: string, input: unknown): Promise<unknown> {
    return runOther(this.ground, kind, key, input, this.gathered, this.options());
  }

  answer(): { readonly output: unknown } | undefined {
    if (this.standIn !== undefined) return this.standIn;
    const answers = this.ground.engine.nodeAnswers;
    const answer =
      answers !== undefined && Object.hasOwn(answers, this.run.group) ? answers[this.run.group] : undefined;
    if (answer?.error !== undefined) {
      throw new MembraneError('run/failed', answer.error.message, { hint: 'the test wants it to fail' });
    }
    return answer === undefined ? undefined : { output: answer.output };
  }

  kept(output: unknown): Json {
    const { exchanges, lines } = this.gathered;
    // What came from nowhere else than formulas and stored outputs holds no secret of the connection.
    const touched = exchanges.length > 0 || lines.length > 0;
    const { json, bytes } = asJson(touched ? this.world.redact(output) : output);
    const { outputBytes } = this.ground.engine.project.config.limits;
    if (bytes <= outputBytes) return json;
    const message = `the output of "${this.run.group}" is longer than ${outputBytes / 1024 / 1024} MB`;
    throw new MembraneError('flow/output-size', message, {
      hint: 'let it give less, or raise "limits.outputMegabytes" in membrane.yaml',
    });
  }

  failure(error: unknown): JsonObject {
    const { engine, runnable, ends } = this.ground;
    const { project } = engine;
    if (ends(error) || !(error instanceof MembraneError)) throw error;
    const located = error.at(project.locate(runnable.element, [...this.run.at, 'config'], 'key'));
    const facts = this.world.redact(errorFacts(located));
    const { span } = located;
    if (span === undefined) return facts;
    return {
      ...facts,
      place: { file: relative(project.root, span.file), line: span.line, column: span.column },
    };
  }

  /** What a node run comes to that would have changed something: `again` gives what it is with another output. */
  async standingIn(
    first: NodeOutcome | undefined,
    again: () => Promise<NodeOutcome | undefined>,
  ): Promise<NodeOutcome | undefined> {
    const { runnable, engine } = this.ground;
    if (first === undefined || this.guard?.wrote() !== true) return first;
    const { element } = runnable;
    const walk = engine.kinds.find(({ name }) => name === element.ref.kind)?.walk;
    const likely = likelyOutcome(walk, element.value, { node: this.run.group, first });
    if ('outcome' in likely) return likely.outcome;
    this.standIn = likely;
    return standingIn(await again());
  }

  /** What it left behind beside its output. */
  facts(): JsonObject {
    const { exchanges, lines, warnings } = this.gathered;
    if (exchanges.length + lines.length + warnings.length === 0) return {};
    const { redact } = this.world;
    const said = warnings.map(({ code, message, help }) => plain({ code, message, help }));
    return {
      ...(exchanges.length === 0 ? {} : { requests: exchanges.length }),
      ...(lines.length === 0 ? {} : { console: redact(lines).map((line) => plain(line)) }),
      ...(said.length === 0 ? {} : { warnings: redact(said) }),
    };
  }

  /** The same as a plain object, for who takes it apart. */
  whole(): NodeContext {
    const late = (): NodeContext => this;
    return {
      input: this.run.input,
      variables: this.variables,
      signal: this.ground.signal,
      evaluate: (at, given, becomes) => this.evaluate(at, given, becomes),
      runElement: (kind, key, input) => this.runElement(kind, key, input),
      answer: () => this.answer(),
      kept: (output) => this.kept(output),
      failure: (error) => this.failure(error),
      get externalApp() {
        return late().externalApp;
      },
      get yourApp() {
        return late().yourApp;
      },
      get web() {
        return late().web;
      },
      get self() {
        return late().self;
      },
      get others() {
        return late().others;
      },
      get links() {
        return late().links;
      },
      get validator() {
        return late().validator;
      },
      get pageGuard() {
        return late().pageGuard;
      },
      get warn() {
        return late().warn;
      },
      get runCode() {
        return late().runCode;
      },
    };
  }

  get externalApp() {
    return this.world.context.externalApp;
  }
  get yourApp() {
    return this.world.context.yourApp;
  }
  get web() {
    return this.world.context.web;
  }
  get self() {
    return this.world.context.self;
  }
  get others() {
    return this.world.context.others;
  }
  get links() {
    return this.world.context.links;
  }
  get signal() {
    return this.ground.signal;
  }
  get validator() {
    return this.world.context.validator;
  }
  get pageGuard() {
    return this.world.context.pageGuard;
  }
  get warn() {
    return this.world.context.warn;
  }
  get runCode() {
    return this.world.context.runCode;
  }

  private get world(): World {
    const { engine, nodes, runnable } = this.ground;
    this.made ??= worldOn(engine, nodes, { ...runnable, input: this.run.input }, this.gathered, {
      ...this.options(),
      at: this.run.at,
    });
    return this.made;
  }

  private options(): WorldOptions {
    const { engine, runnable, runId, signal } = this.ground;
    return {
      signal,
      beforeUnsafe: this.run.repeatable ? undefined : () => this.control.onlyOnce(),
      guard: this.guard,
      around: (this.idempotency ??= idempotent(
        engine,
        runnable.element,
        this.run,
        runId,
        () => this.variables,
      )),
    };
  }

  private idempotency: WorldOptions['around'];
}
