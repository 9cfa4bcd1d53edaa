import jsonata from 'jsonata';
import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { Scope } from './formula.js';
import { registerFasterFunctions } from './jsonata-functions.js';
import { setOwn } from './node.js';
import { timedRegExp } from './timed-regexp.js';

/** Evaluates over variables; rejects with `formula/jsonata`, `formula/time` or `formula/depth`. */
export type Expression = (variables: unknown) => Promise<unknown>;

/** What errors and limits an expression has. */
type Owner = Pick<Scope, 'timeMs' | 'error'>;

/** Nested evaluations; an ordinary expression needs some dozens. */
const stack = 2_000;
/** Items of one sequence, so that a runaway expression meets its end before the memory does. */
const sequence = 1_000_000;
/** How long an expression keeps everybody else waiting, in milliseconds. */
const sliceMs = 20;

const libraryCodes = { stack: 'D1011', time: 'D1012', inEval: 'D3121' };

interface LibraryError {
  readonly code?: string;
  readonly message?: string;
  readonly position?: number;
  readonly error?: unknown;
}

/**
 * Parses a JSONata expression; throws `formula/jsonata` when it is none. An evaluation is bounded in time, depth and
 * size. It is nothing but microtasks, and would hold the whole process: at each step (a hook of the library) it looks
 * at the clock and lets others go first when it has run for a while.
 */
export function parseExpression(text: string, owner: Owner): Expression {
  const options = { timeout: owner.timeMs, stack, sequence, RegexEngine: timedRegExp(owner.timeMs) };
  const expression = attempt(owner, () => jsonata(text, options));
  let sliceEnd = 0;
  expression.assign(Symbol.for('jsonata.__evaluate_entry') as unknown as string, () => {
    const now = Date.now();
    if (now < sliceEnd) return undefined;
    sliceEnd = now + sliceMs;
    return new Promise((resolve) => setImmediate(resolve));
  });
  registerFasterFunctions(expression);
  return async (variables) => {
    try {
      return plain(await expression.evaluate(variables), owner);
    } catch (error) {
      throw explain(error, owner);
    }
  };
}

function attempt<T>(owner: Owner, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw explain(error, owner);
  }
}

/** The library throws plain objects with a code. The message may quote values, and is kept short for that. */
function explain(error: unknown, owner: Owner): Error {
  if (error instanceof MembraneError) return error;
  const { code, message = 'it failed', position, error: inner } = error as LibraryError;
  // What fails inside of the function $eval comes wrapped.
  if (code === libraryCodes.inEval && inner !== undefined) return explain(inner, owner);
  if (code === libraryCodes.time || code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
    return owner.error('formula/time', `the JSONata expression ran for more than ${owner.timeMs / 1000} s`, {
      hint: 'look for a recursion or a regular expression without an end',
    });
  }
  if (code === libraryCodes.stack || (error instanceof RangeError && message.includes('call stack'))) {
    return owner.error('formula/depth', 'the JSONata expression goes too deep', {
      hint: 'look for a recursion without an end',
    });
  }
  const where = code?.startsWith('S') === true && position !== undefined ? ` (at character ${position})` : '';
  const line = message.replace(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '');
  return owner.error('formula/jsonata', `the JSONata expression fails: ${line}${where}`, { cause: error });
}

/** The JSON of a result: its lists carry marks of the library, its objects no prototype. */
function plain(value: unknown, owner: Owner): unknown {
  if (Array.isArray(value)) return Array.from(value, (item) => plain(item, owner));
  if (
    typeof value === 'function' ||
    (isObject(value) && ('_jsonata_function' in value || '_jsonata_lambda' in value))
  ) {
    throw owner.error('formula/jsonata', 'the JSONata expression gives a function, not a value');
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw owner.error('formula/jsonata', `the JSONata expression gives ${value}, which JSON cannot hold`);
  }
  if (!isObject(value)) return value;
  const object: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined) setOwn(object, name, plain(part, owner));
  }
  return object;
}
