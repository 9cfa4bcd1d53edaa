import { isSet } from './output/style.js';
import type { Io } from './session.js';

export interface Choice {
  readonly value: string;
  readonly name: string;
}

/** Questions to a person at a terminal. */
export interface Prompts {
  /** Rejects when `signal` aborts before there is an answer. */
  text(
    question: string,
    options?: { initial?: string; required?: boolean; signal?: AbortSignal },
  ): Promise<string>;
  /** Without echo. */
  secret(question: string, options?: { required?: boolean }): Promise<string>;
  choose(question: string, choices: readonly Choice[], initial?: string): Promise<string>;
  confirm(question: string, initial?: boolean): Promise<boolean>;
}

/** Undefined where nobody can answer: no terminal on either end, or CI. */
export function openPrompts(io: Io, signal: AbortSignal): Prompts | undefined {
  const { stderr, env } = io;
  // stdin last: opening it takes milliseconds
  if (!stderr.isTTY || isSet(env['CI']) || !io.stdin.isTTY) return undefined;
  const ask = async <T>(question: object, stop = signal): Promise<T> => {
    const { default: inquirer } = await import('inquirer');
    const prompt = inquirer.createPromptModule({ input: io.stdin, output: stderr, signal: stop });
    const { answer } = (await prompt([{ name: 'answer', ...question } as never])) as { answer: T };
    return answer;
  };
  const valid = (needed: boolean) => (value: string) =>
    !needed || value.trim() !== '' || 'please give a value';
  return {
    text: (message, { initial, required: needed = true, signal: own = signal } = {}) =>
      ask(
        { type: 'input', message, default: initial, validate: valid(needed) },
        AbortSignal.any([own, signal]),
      ),
    secret: (message, { required: needed = true } = {}) =>
      ask({ type: 'password', message, mask: '*', validate: valid(needed) }),
    choose: (message, choices, initial) => ask({ type: 'select', message, choices, default: initial }),
    confirm: (message, initial = true) => ask({ type: 'confirm', message, default: initial }),
  };
}
