import { createHash } from 'node:crypto';
import { parseJson, type Json } from '../core/json.js';
import type { Clock } from '../core/ports.js';
import type { CodePosition, CodeProblem, Sandbox, SandboxCall } from '../core/sandbox.js';
import { framesOf, syntaxError } from './sandbox-failure.js';
import { Instance, type Program } from './sandbox-instance.js';
import { Run } from './sandbox-run.js';
import { transpile } from './sandbox-typescript.js';

/** Code that is ready to run. */
export interface Prepared extends Program {
  readonly code: string;
  /** Where a place in `code` was written. */
  readonly origin: (place: CodePosition) => CodePosition;
}

/** So many instances wait for their next run; so many programs are kept compiled. */
const kept = { instances: 4, programs: 50 };

/** QuickJS in WebAssembly. Start it when code is to run: it takes some milliseconds. */
export async function createSandbox(options: {
  readonly clock: Clock;
  /** What the code of one run may take. */
  readonly memoryBytes: number;
  /** For tests: the code draws the same numbers each time, and sees the time of the clock, which stands still. */
  readonly seed?: number;
}): Promise<Sandbox> {
  const { clock, memoryBytes, seed } = options;
  const idle: Instance[] = [await Instance.start(memoryBytes)];
  const programs = new Map<string, Prepared | { readonly problem: CodeProblem }>();

  /** An instance for one run, if possible one that holds the program already. */
  async function take(program?: Program): Promise<Instance> {
    const fitting = program === undefined ? -1 : idle.findLastIndex((instance) => instance.holds(program));
    const [instance] = idle.splice(fitting, 1);
    return instance ?? Instance.start(memoryBytes);
  }

  function giveBack(instance: Instance): void {
    instance.leave();
    if (!instance.spoilt && idle.length < kept.instances) idle.push(instance);
  }

  /** The code compiled, or what is wrong with it. TypeScript is told by the file, or by what JavaScript has not. */
  async function prepare(
    code: string,
    file: string | undefined,
  ): Promise<Prepared | { problem: CodeProblem }> {
    const key = createHash('sha1')
      .update(`${file?.endsWith('.ts')}\n${code}`)
      .digest('base64');
    const known = programs.get(key);
    if (known !== undefined) return known;
    const made =
      file?.endsWith('.ts') === true ? await typescript(key, code) : await javascript(key, code, file);
    if (programs.size >= kept.programs) programs.delete(programs.keys().next().value as string);
    programs.set(key, made);
    return made;
  }

  async function javascript(key: string, code: string, file: string | undefined) {
    const plain = await compile({ key, code, origin: (place) => place, images: new Map() });
    if (!('problem' in plain) || file?.endsWith('.js') === true) return plain;
    const typed = await typescript(key, code);
    // as JavaScript, TypeScript goes wrong at its first type already
    return 'problem' in typed && !isBehind(typed.problem, plain.problem) ? plain : typed;
  }

  async function typescript(key: string, code: string) {
    const made = await transpile(code);
    return 'problem' in made ? made : compile({ key, ...made, images: new Map() });
  }

  async function compile(program: Prepared): Promise<Prepared | { problem: CodeProblem }> {
    const instance = await take();
    const failure = instance.load(program, program.code);
    giveBack(instance);
    if (failure === undefined) return program;
    const at = framesOf(failure.stack, program.origin)[0]?.at ?? importIn(program, failure.message);
    return { problem: { message: failure.message, at } };
  }

  return {
    async check(code, file) {
      const made = await prepare(code, file);
      return 'problem' in made ? made.problem : undefined;
    },
    async run(call: SandboxCall): Promise<Json | undefined> {
      call.signal.throwIfAborted();
      const program = await prepare(call.code, call.file);
      if ('problem' in program) throw syntaxError(program.problem);
      const instance = await take(program);
      const run = new Run(instance, program, call, clock, seed);
      try {
        run.start();
        const text = await run.result;
        return text === '' ? undefined : parseJson(text);
      } finally {
        run.end();
        giveBack(instance);
      }
    },
  };
}

function isBehind({ at }: CodeProblem, other: CodeProblem): boolean {
  return at.line > other.at.line || (at.line === other.at.line && at.column > other.at.column);
}

/** QuickJS does not say where an import stands that cannot be resolved. */
function importIn({ code, origin }: Prepared, message: string): CodePosition {
  const name = /^"(.*?)" cannot be imported/.exec(message)?.[1];
  const at = name === undefined ? 0 : Math.max(code.indexOf(`'${name}'`), code.indexOf(`"${name}"`), 0);
  const before = code.slice(0, at).split('\n');
  return origin({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
}
