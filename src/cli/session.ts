import type { RunEvent } from '../core/event.js';
import type { Membrane, OpenOptions } from '../membrane.js';
import type { Command } from './command.js';
import type { Output } from './output/output.js';
import type { Prompts } from './prompts.js';

/** Where text goes: a terminal, or something that only takes it. */
export type TextStream =
  | (NodeJS.WriteStream & { readonly isTTY: true })
  | {
      readonly isTTY: false;
      /** False: it has more than it can pass on, and wants `drained` to be waited for. */
      write(text: string | Uint8Array): boolean;
      drained?(): Promise<void>;
      /** Nobody reads it any more. */
      readonly closed?: boolean;
    };

/** The process as a command sees it: it reads nothing else of it. */
export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** All that a command needs. */
export interface Session {
  readonly io: Io;
  /** The folder that the command works in: `--cwd`, else the working folder. */
  readonly cwd: string;
  readonly output: Output;
  /** The registry. */
  readonly commands: readonly Command[];
  /** Undefined where nobody can be asked. */
  readonly prompts: Prompts | undefined;
  readonly signal: AbortSignal;
  /** What `--tenant` says. */
  readonly tenant: string | undefined;
  /** Shows what the engine says while it works. */
  readonly emit: (event: RunEvent) => void;
  /** Calls `listener` with all that the engine says; gives what ends that. */
  listen(listener: (event: RunEvent) => void): () => void;
  /** The project, opened on first use and closed at the end. */
  membrane(options?: Pick<OpenOptions, 'allowBare' | 'cached' | 'cwd'>): Promise<Membrane>;
  /** The project, opened again, because its files have changed. */
  reopen(options?: Parameters<Session['membrane']>[0]): Promise<Membrane>;
  /** The library, for what needs no project. */
  library(): Promise<typeof import('../membrane.js')>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly commands: readonly Command[];
  readonly io: Io;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly tenant: string | undefined;
  readonly prompts: Prompts | undefined;
}

export function openSession(options: SessionOptions): Session {
  const { io, output, commands, signal, cwd, tenant, prompts } = options;
  let opened: Promise<Membrane> | undefined;
  const library = () => import('../membrane.js');
  const listeners = new Set<(event: RunEvent) => void>();
  const listen: Session['listen'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const emit = (event: RunEvent): void => {
    for (const listener of listeners) listener(event);
    if (event.type === 'warning') output.note(event.message);
    if (event.type === 'log') output.note(event.text);
    if (event.type === 'wait') {
      output.note(`waiting ${(event.waitMs / 1000).toFixed(1)} s: ${event.reason}`);
    }
    if (event.type === 'retry') {
      output.note(
        `${event.method} ${event.url}: ${event.reason}; trying again in ${(event.waitMs / 1000).toFixed(1)} s`,
      );
    }
  };
  const membrane: Session['membrane'] = (more = {}) => {
    opened ??= library().then(({ openMembrane }) =>
      openMembrane({ cwd, env: io.env, tenant, signal, emit, ...more }),
    );
    return opened;
  };
  const close = async (): Promise<void> => {
    const before = await opened?.catch(() => undefined);
    await before?.close();
  };
  const reopen: Session['reopen'] = async (more) => {
    await close();
    opened = undefined;
    return membrane(more);
  };
  return {
    io,
    cwd,
    output,
    commands,
    prompts,
    signal,
    tenant,
    emit,
    listen,
    library,
    membrane,
    reopen,
    close,
  };
}
