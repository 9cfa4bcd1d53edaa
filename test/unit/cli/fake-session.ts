import type { Prompts } from '../../../src/cli/prompts.js';
import type { Session } from '../../../src/cli/session.js';
import type { Membrane } from '../../../src/membrane.js';
import { fakeIo, type FakeIoOptions } from './fake-io.js';

export interface FakeSession extends Session {
  readonly notes: string[];
}

export interface FakeSessionOptions extends FakeIoOptions {
  readonly prompts?: Prompts;
  readonly membrane?: Membrane;
  /** Opens the project when its files have changed. */
  readonly reopen?: () => Promise<Membrane>;
}

/** A session in which nothing is printed; the project is the one given. */
export function fakeSession(options: FakeSessionOptions = {}): FakeSession {
  const io = fakeIo(options);
  const notes: string[] = [];
  return {
    io,
    cwd: io.cwd,
    commands: [],
    notes,
    output: {
      note: (text) => void notes.push(text),
      instruct: (text) => void notes.push(text),
      progress: (_text, work) => work,
      foot: () => Promise.resolve(undefined),
      stream: async (texts) => {
        for await (const text of texts) io.stdout.write(text);
      },
      result: () => Promise.resolve(),
      failure: () => Promise.resolve(),
      end: () => undefined,
    },
    prompts: options.prompts,
    signal: new AbortController().signal,
    tenant: undefined,
    emit: () => undefined,
    listen: () => () => undefined,
    membrane: () =>
      options.membrane === undefined
        ? Promise.reject(new Error('no project was given'))
        : Promise.resolve(options.membrane),
    reopen: options.reopen ?? (() => Promise.reject(new Error('the project is not opened again'))),
    library: () => import('../../../src/membrane.js'),
    close: () => Promise.resolve(),
  };
}

/** Answers questions in their order, and remembers how each was asked. */
export function fakePrompts(
  answers: readonly (string | boolean)[],
): Prompts & { readonly asked: unknown[][] } {
  const asked: unknown[][] = [];
  const left = [...answers];
  const answer = (...question: unknown[]) => {
    asked.push(question);
    const next = left.shift();
    return next === undefined
      ? Promise.reject(new Error(`nobody answers: ${JSON.stringify(question)}`))
      : Promise.resolve(next as never);
  };
  return {
    asked,
    text: (...question) => answer('text', ...question),
    secret: (...question) => answer('secret', ...question),
    choose: (...question) => answer('choose', ...question),
    confirm: (...question) => answer('confirm', ...question),
  };
}
