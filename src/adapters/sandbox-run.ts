import { MembraneError } from '../core/error.js';
import type { Clock } from '../core/ports.js';
import type { LogLine, SandboxCall } from '../core/sandbox.js';
import { codeError, deadlock, stopError, tooLong } from './sandbox-failure.js';
import type { GuestFailure } from './sandbox-guest-link.js';
import { answerLater, answerNow, factsOf } from './sandbox-host.js';
import type { Escaped, Instance, Occupant } from './sandbox-instance.js';
import { newSeed } from './new-seed.js';
import type { Prepared } from './sandbox-quickjs.js';

/** A run may log so much; what comes after is left out. */
const logLimits = { lines: 1000, characters: 256 * 1024 };

/** Requests and timers that may be under way at once. */
const maxAsked = 1000;

/** One run of a program in an instance, from its start to its end. */
export class Run implements Occupant {
  /** JSON of the result; empty for none. */
  readonly result: Promise<string>;
  private readonly instance: Instance;
  private readonly program: Prepared;
  private readonly request: SandboxCall;
  private readonly clock: Clock;
  /** Where the numbers start that the code draws; then it sees the time of the clock, which stands still, too. */
  private readonly seed: number | undefined;
  private readonly errors: unknown[] = [];
  private readonly logged = { lines: 0, characters: 0 };
  private readonly stopWaiting = new AbortController();
  private finish!: { done: (text: string) => void; fail: (error: unknown) => void };
  private ending: { readonly text: string } | { readonly failure: GuestFailure } | undefined;
  private open = true;
  private asked = 0;
  private usedMs = 0;

  constructor(
    instance: Instance,
    program: Prepared,
    request: SandboxCall,
    clock: Clock,
    seed: number | undefined,
  ) {
    this.instance = instance;
    this.program = program;
    this.clock = clock;
    this.seed = seed;
    this.request = { ...request, signal: AbortSignal.any([request.signal, this.stopWaiting.signal]) };
    this.result = new Promise((resolve, reject) => {
      this.finish = { done: this.once(resolve), fail: this.once(reject) };
    });
  }

  start(): void {
    const { instance, program, request } = this;
    if (request.signal.aborted) return this.abort();
    request.signal.addEventListener('abort', this.abort, { once: true });
    instance.load(program, program.code);
    instance.enter(this);
    const { name = '', argument, clients } = request;
    const world = this.seed === undefined ? { seed: newSeed() } : { seed: this.seed, now: this.clock.now() };
    const start = { name, argument, clients: Object.keys(clients), ...world };
    this.go((cpuMs) => instance.start(JSON.stringify(start), cpuMs));
  }

  /** Nothing of it goes on: what it still waits for is given up. */
  end(): void {
    this.open = false;
    this.request.signal.removeEventListener('abort', this.abort);
    this.stopWaiting.abort('the code has ended');
  }

  call(operation: string, json: string): string {
    if (operation === 'done') this.ending = { text: JSON.parse(json) as string };
    else if (operation === 'fail') this.ending = { failure: JSON.parse(json) as GuestFailure };
    else {
      const answer = answerNow(operation, json, (line) => this.log(line));
      return answer === undefined ? '' : JSON.stringify(answer);
    }
    return '';
  }

  ask(id: number, operation: string, json: string): void {
    if (this.asked >= maxAsked) throw new RangeError(`more than ${maxAsked} requests and timers at once`);
    this.asked += 1;
    answerLater(operation, json, this.request, this.clock).then(
      (answer) => this.settle(id, false, answer === undefined ? '' : JSON.stringify(answer)),
      (error: unknown) => this.settle(id, true, JSON.stringify(factsOf(error, this.errors.push(error) - 1))),
    );
  }

  private settle(id: number, failed: boolean, json: string): void {
    this.asked -= 1;
    if (this.open && !this.instance.spoilt) this.go((cpuMs) => this.instance.settle(id, failed, json, cpuMs));
  }

  /** Lets the code compute, and judges why it stopped. */
  private go(work: (cpuMs: number) => Escaped | undefined): void {
    const { limits } = this.request;
    const { origin } = this.program;
    const started = performance.now();
    const escaped = work(Math.max(1, limits.cpuMs - this.usedMs));
    this.usedMs += performance.now() - started;
    const ending = this.ending;
    if (escaped?.stop === 'interrupt') this.interrupted();
    else if (escaped?.stop !== undefined) {
      // code that was stopped often says where, on its way out
      const said = ending !== undefined && 'failure' in ending ? ending.failure : escaped.failure;
      this.finish.fail(stopError(escaped.stop, 'stack' in said ? said.stack : '', limits, origin));
    } else if (escaped !== undefined) this.finish.fail(codeError(escaped.failure, origin));
    else if (ending !== undefined) this.finishWith(ending);
    else if (this.asked === 0) this.finish.fail(deadlock());
  }

  /**
   * Ctrl-C ended the computing. No listener has heard of it, so that it is sent again: it aborts the run, as ever.
   * Where somebody listens and does not, the run ends all the same.
   */
  private interrupted(): void {
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => this.finish.fail(new MembraneError('run/failed', 'stopped')), 1000).unref();
  }

  private finishWith(ending: NonNullable<Run['ending']>): void {
    const { limits } = this.request;
    if ('text' in ending) {
      if (ending.text.length > limits.resultBytes) this.finish.fail(tooLong(limits));
      else this.finish.done(ending.text);
    } else if ('foreign' in ending.failure) this.finish.fail(this.errors[ending.failure.foreign]);
    else this.finish.fail(codeError(ending.failure, this.program.origin));
  }

  /** Whether that was the last line that the log takes. */
  private log(line: LogLine): boolean {
    const { logged } = this;
    if (logged.lines < logLimits.lines && logged.characters < logLimits.characters) {
      logged.lines += 1;
      logged.characters += line.text.length;
      this.request.log(line);
      return false;
    }
    this.request.log({ level: 'warn', text: 'the code logs too much: further lines are left out' });
    return true;
  }

  private once<T>(settle: (value: T) => void): (value: T) => void {
    return (value) => {
      if (!this.open) return;
      this.open = false;
      settle(value);
    };
  }

  private readonly abort = (): void => this.finish.fail(this.request.signal.reason);
}
