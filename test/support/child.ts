import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

export interface Child {
  readonly pid: number;
  /** Resolves with the next line that the child prints; undefined when it has ended. */
  line(): Promise<string | undefined>;
  /** SIGKILL by default; resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the process has ended. `lines`: those that `line` did not give. */
  ended(): Promise<ChildEnd>;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

const repository = path.resolve(import.meta.dirname, '../..');
const bundles = new Map<string, Promise<string>>();

/**
 * Starts a TypeScript file as a process of its own, with packages from node_modules. `entry` is absolute. The
 * child gets nothing of our environment but what it needs to run, and is killed at the end of the test.
 */
export async function runChild(
  entry: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  let bundle = bundles.get(entry);
  if (bundle === undefined) bundles.set(entry, (bundle = bundled(entry)));
  const child = spawn(process.execPath, [await bundle, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const reader = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise<Pick<ChildEnd, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });

  const result: Child = {
    pid: child.pid ?? 0,
    async line() {
      const next = await reader.next();
      return next.done === true ? undefined : next.value;
    },
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await closed;
    },
    async ended() {
      const lines: string[] = [];
      for (let line = await result.line(); line !== undefined; line = await result.line()) lines.push(line);
      return { ...(await closed), lines, stderr };
    },
  };
  onTestFinished(() => result.kill());
  return result;
}

/** The bundle lies inside of node_modules, so that it finds the packages. */
async function bundled(entry: string): Promise<string> {
  const folder = path.join(repository, 'node_modules/.cache/membrane-test');
  mkdirSync(folder, { recursive: true });
  const name = `${path.basename(entry, '.ts')}-${createHash('sha256').update(entry).digest('hex').slice(0, 8)}`;
  const bundle = path.join(folder, `${name}.mjs`);
  // Test files run side by side and may bundle the same entry: each puts a whole file in its place.
  const draft = path.join(folder, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  renameSync(draft, bundle);
  return bundle;
}
