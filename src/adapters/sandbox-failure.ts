import type { Code } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import type { CodePosition, CodeProblem, SandboxLimits } from '../core/sandbox.js';
import type { Escaped, Stop } from './sandbox-instance.js';

/** How many lines of a stack are shown. */
const shownFrames = 5;
const longestMessage = 500;

type Origin = (place: CodePosition) => CodePosition;

/** What went wrong in the code, as an error of ours: `data` has the place in the code, and the stack. */
export function codeError(failure: Escaped['failure'], origin: Origin): MembraneError {
  const message = oneLine(failure.message);
  const { code, text, hint } = kindOf(failure, message);
  return custom(code, text, hint, failure.stack, origin);
}

/** The code was stopped. */
export function stopError(stop: Stop, stack: string, limits: SandboxLimits, origin: Origin): MembraneError {
  if (stop === 'stack') return custom('javascript/stack', deep.text, deep.hint, stack, origin);
  if (stop === 'memory') return custom('javascript/memory', full.text, full.hint, stack, origin);
  const text = `the code computed for more than ${limits.cpuMs / 1000} s`;
  const hint = 'is there a loop without an end? Otherwise raise "limits.javascriptSeconds" in membrane.yaml';
  return custom('javascript/timeout', text, hint, stack, origin);
}

/** Nobody will ever go on: the code waits for something that cannot come. */
export function deadlock(): MembraneError {
  return custom(
    'javascript/stuck',
    'the code waits for a promise that nothing will resolve',
    'check that every "new Promise" calls its resolve, also when something fails',
  );
}

export function tooLong(limits: SandboxLimits): MembraneError {
  const megabytes = limits.resultBytes / 1024 / 1024;
  return custom(
    'javascript/result',
    `the result is larger than ${megabytes} MB`,
    'give back less, or raise "limits.outputMegabytes" in membrane.yaml',
  );
}

export function syntaxError({ message, at }: CodeProblem): MembraneError {
  return new MembraneError('javascript/syntax', `the code cannot be read: ${oneLine(message)}`, {
    class: 'custom_code',
    data: { ...at },
  });
}

/** The places in the code that a stack names, innermost first. */
export function framesOf(stack: string, origin: Origin): { at: CodePosition; text: string }[] {
  return [...stack.matchAll(/^\s*at (?:(.+?) \()?function\.js:(\d+):(\d+)\)?$/gm)].map(
    ([, name, line, column]) => {
      const at = origin({ line: Number(line), column: Number(column) });
      const place = `${at.line}:${at.column}`;
      return { at, text: name === undefined ? place : `${name} (${place})` };
    },
  );
}

const deep = { text: 'the code calls itself too deeply', hint: 'is there a recursion without an end?' };
const full = {
  text: 'the code needs more memory than it may have',
  hint: 'work through less at a time, or raise "limits.javascriptMegabytes" in membrane.yaml',
};

function kindOf(
  { kind, name }: Escaped['failure'],
  message: string,
): { code: Code; text: string; hint?: string } {
  if (kind === 'result')
    return {
      code: 'javascript/result',
      text: message,
      hint: 'only what JSON can hold crosses: texts, numbers, booleans, null, lists and plain objects',
    };
  if (kind === 'export')
    return {
      code: 'javascript/export',
      text: message,
      hint: 'write "export default async ({ input }) => …"',
    };
  if (name === 'InternalError') {
    if (/stack overflow/.test(message)) return { code: 'javascript/stack', ...deep };
    if (/out of memory|too long/.test(message)) return { code: 'javascript/memory', ...full };
  }
  const missing = /^'(require|process|Buffer|window|document|XMLHttpRequest)' is not defined$/.exec(
    message,
  )?.[1];
  const hint =
    missing === undefined
      ? undefined
      : (hints[missing] ??
        'the code runs in neither Node nor a browser: docs/javascript.md says what there is');
  const said = name === '' || name === 'Error' ? message : `${name}: ${message}`;
  return {
    code: 'javascript/error',
    text: `the code threw ${said === '' ? 'an error without a message' : `"${said}"`}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

const hints: Readonly<Record<string, string>> = {
  require: 'modules cannot be loaded: all code of a function is in one file',
};

function custom(
  code: Code,
  message: string,
  hint?: string,
  stack = '',
  origin: Origin = (place) => place,
): MembraneError {
  const frames = framesOf(stack, origin);
  const shown = frames.slice(0, shownFrames).map(({ text }) => text);
  return new MembraneError(code, message, {
    hint,
    class: 'custom_code',
    ...(frames[0] === undefined ? {} : { data: { ...frames[0].at, stack: shown } }),
  });
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
