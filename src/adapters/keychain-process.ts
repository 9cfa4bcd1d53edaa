import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';

/** The three calls of keytar that are used. `findCredentials` is not: it crashes on a locked keyring. */
export interface Keychain {
  get(service: string, account: string): Promise<string | null>;
  set(service: string, account: string, password: string): Promise<void>;
  /** Whether there was one. */
  remove(service: string, account: string): Promise<boolean>;
}

/** The keychain did not answer, or said no. `kind` tells what to do about it. */
export class KeychainFailure extends Error {
  readonly kind: 'missing' | 'load' | 'silent' | 'ended' | 'refused';

  constructor(kind: KeychainFailure['kind'], message: string) {
    super(message);
    this.name = 'KeychainFailure';
    this.kind = kind;
  }
}

/**
 * The program of the child: loads keytar, answers requests. It gets its secrets through the channel, never
 * as an argument. When its parent is gone it ends by itself, or is killed where keytar hangs.
 */
const program = `
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const path = process.argv[1];
function load() {
  try {
    return require(path);
  } catch (error) {
    // keytar hides why its addon does not load (a library of the system is missing): ask again.
    const folder = process.platform + '-' + process.arch;
    try {
      require(join(dirname(path), '..', 'prebuilds', folder, 'keytar.node'));
    } catch (reason) {
      if (reason.code === 'ERR_DLOPEN_FAILED') error = reason;
    }
    process.send({ failed: error.message.split('\\n')[0] });
    process.disconnect();
  }
}
const keytar = load();
process.on('message', async ({ id, call, args }) => {
  try {
    process.send({ id, result: await keytar[call](...args) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000).unref());
`;

type Reply =
  { readonly id: number; readonly result?: unknown; readonly error?: string } | { readonly failed: string };

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: KeychainFailure) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * keytar in a process of its own. A keychain that hangs (a daemon that is stuck, a prompt that nobody answers)
 * blocks the process that asked, even its exit, for as long as it likes; a child can be killed. The child is
 * started by the first call, and does not keep this process alive.
 */
export function createKeychainProcess(timeoutMs: number): Keychain {
  const calls = new Map<number, Call>();
  let child: ChildProcess | undefined;
  let lastId = 0;

  function start(): ChildProcess {
    const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
    const started = spawn(process.execPath, ['-e', program, findKeytar()], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    });
    started.on('message', (message) => {
      const reply = message as Reply;
      if ('failed' in reply) stop(new KeychainFailure('load', reply.failed));
      else settle(reply.id, reply);
    });
    started.once('error', (error) => stop(new KeychainFailure('ended', error.message)));
    started.once('exit', (code, signal) => {
      if (child === started) stop(new KeychainFailure('ended', `it ended with ${signal ?? code}`));
    });
    started.unref();
    return started;
  }

  /** The next call starts another child. */
  function stop(failure: KeychainFailure): void {
    child?.kill('SIGKILL');
    child = undefined;
    for (const [id, call] of calls) {
      clearTimeout(call.timer);
      calls.delete(id);
      call.reject(failure);
    }
  }

  function settle(id: number, reply: { result?: unknown; error?: string }): void {
    const call = calls.get(id);
    if (call === undefined) return;
    clearTimeout(call.timer);
    calls.delete(id);
    if (calls.size === 0) child?.channel?.unref();
    if (reply.error === undefined) call.resolve(reply.result);
    else call.reject(new KeychainFailure('refused', reply.error));
  }

  function ask(call: string, ...args: string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      child ??= start();
      child.channel?.ref();
      const id = (lastId += 1);
      const silent = () => stop(new KeychainFailure('silent', `no answer within ${timeoutMs / 1000} s`));
      calls.set(id, { resolve, reject, timer: setTimeout(silent, timeoutMs) });
      child.send({ id, call, args }, (error) => {
        if (error !== null) stop(new KeychainFailure('ended', error.message));
      });
    });
  }

  return {
    get: async (service, account) => ((await ask('getPassword', service, account)) ?? null) as string | null,
    set: async (service, account, password) => void (await ask('setPassword', service, account, password)),
    remove: async (service, account) => (await ask('deletePassword', service, account)) === true,
  };
}

/** It is an optional dependency: npm leaves it out where it cannot be installed. */
function findKeytar(): string {
  try {
    return createRequire(import.meta.url).resolve('keytar');
  } catch {
    throw new KeychainFailure('missing', 'the package "keytar" is not installed');
  }
}
