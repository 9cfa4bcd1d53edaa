import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Driven {
  readonly run: string | undefined;
  /** It was killed while it drove the run. */
  readonly killed: boolean;
  /** What state it left the run in; undefined where it did not come so far. */
  readonly state: string | undefined;
  /** Who ended it neither by a kill nor with a state. */
  readonly failed: boolean;
}

export interface DrivePlan {
  readonly root: string;
  readonly run: string | undefined;
  readonly mark: string;
  readonly retry?: boolean;
  readonly fault?: string;
  /** A kill comes so long after the first node runs, in milliseconds. */
  readonly killAfterMs?: number;
}

/** A process that drives a run until it is done or killed. */
export async function drive({ root, run, mark, retry, fault, killAfterMs }: DrivePlan): Promise<Driven> {
  const worker = path.join(import.meta.dirname, 'worker.mjs');
  const more = [...(retry === true ? ['retry'] : []), ...(fault === undefined ? [] : [fault])];
  const child = spawn(process.execPath, [worker, root, run ?? '-', mark, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [made, state, live] = [run, undefined as string | undefined, false];
  let timer: NodeJS.Timeout | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, value] = line.split(' ');
    if (word === 'run') made = value;
    if (word === 'end') state = value;
    if (word !== 'live') return;
    live = true;
    if (killAfterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  const killed = signal === 'SIGKILL';
  return {
    run: made,
    killed: killed && state === undefined && (live || fault !== undefined),
    state,
    failed: !killed && (code !== 0 || state === undefined),
  };
}
