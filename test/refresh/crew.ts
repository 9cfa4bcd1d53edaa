import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';

/** How to start a worker. */
export interface WorkerArgs {
  readonly root: string;
  readonly account: string;
  readonly requests: number;
  readonly fault?: string;
}

export interface Worker {
  readonly child: ChildProcess;
  /** All that it printed. */
  readonly lines: string[];
  /** The signal that ended it, or nothing. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

export function startWorker(args: WorkerArgs, onLine: (line: string) => void = () => undefined): Worker {
  const { root, account, requests, fault } = args;
  const entry = path.join(import.meta.dirname, 'worker.mjs');
  const given = [root, account, String(requests), ...(fault === undefined ? [] : [fault])];
  const child = spawn(process.execPath, [entry, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  return { child, lines, ended: once(child, 'close').then(([, signal]) => signal as NodeJS.Signals | null) };
}

/** What came of many workers at one connection. */
export interface CrewResult {
  /** Requests that were answered. */
  readonly answered: number;
  /** Kills that hit a process that was at work. */
  readonly killsLanded: number;
  /** What failed, by code. */
  readonly failed: Readonly<Record<string, number>>;
}

export interface CrewPlan {
  readonly root: string;
  readonly account: string;
  readonly processes: number;
  readonly requests: number;
  /** A kill comes this often on average, in milliseconds. */
  readonly killEveryMs: number;
  readonly onFailure: (code: string) => void;
}

/** Many processes at one connection, some of which are killed at any moment and started again. */
export async function runCrew(plan: CrewPlan): Promise<CrewResult> {
  const failed: Record<string, number> = {};
  const working = new Set<Worker>();
  let [answered, killsLanded] = [0, 0];

  async function member(): Promise<void> {
    for (let left = plan.requests; left > 0;) {
      const worker = startWorker({ ...plan, requests: left }, (line) => {
        if (line === 'ready') working.add(worker);
        if (line === 'ok') [answered, left] = [answered + 1, left - 1];
        const [, code] = /^failed (.+)$/.exec(line) ?? [];
        if (code === undefined) return;
        failed[code] = (failed[code] ?? 0) + 1;
        plan.onFailure(code);
      });
      const signal = await worker.ended;
      working.delete(worker);
      if (signal === 'SIGKILL') killsLanded += 1;
      else if (left > 0) throw new Error(`a worker ended too early (${signal ?? worker.child.exitCode})`);
    }
  }

  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    const victims = [...working];
    victims[Math.floor(Math.random() * victims.length)]?.child.kill('SIGKILL');
    killer = setTimeout(kill, Math.random() * 2 * plan.killEveryMs);
  };
  kill();
  try {
    await Promise.all(Array.from({ length: plan.processes }, member));
  } finally {
    clearTimeout(killer);
    for (const { child } of working) child.kill('SIGKILL');
  }
  return { answered, killsLanded, failed };
}
