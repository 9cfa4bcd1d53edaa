import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One measurement against its floor, both taken in the same run. */
export interface Figure {
  readonly name: string;
  /** Medians. */
  readonly value: number;
  readonly floor: number;
  /** How many times the floor: of a duration value/floor, of a throughput value/floor as well. */
  readonly ratio: number;
  readonly unit: string;
  readonly aim?: string;
}

/** The root of the repository: benchmarks are bundled into dist/bench. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** NODE_EXTRA_CA_CERTS adds its own time to every start: it is unset on both sides. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { ...env, NO_COLOR: '1', ...extra };
}

/** Milliseconds of a whole process; throws when it fails. */
export function timeProcess(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: options.cwd ?? root,
    env: options.env ?? cleanEnv(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
  return ms;
}

/** Both sides in turns, so that a busy moment of the machine falls on both. The first round is for warming up. */
export async function compare(
  rounds: number,
  subject: () => number | Promise<number>,
  floor: () => number | Promise<number>,
): Promise<{ value: number; floor: number }> {
  const [values, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const one = await floor();
    const other = await subject();
    if (round === 0) continue;
    floors.push(one);
    values.push(other);
  }
  return { value: median(values), floor: median(floors) };
}
