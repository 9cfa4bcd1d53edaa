/** Watchers that are killed: at random, at points of a tick, two at once, and while the definition is edited. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.js';
import { add, judge, type Verdict } from './judge.js';
import { changesOf, envFor, makeProject, methods } from './project.js';

/** Points of a tick at which a process kills itself. */
const points = [
  'before-save',
  'after-save',
  'before-delivery',
  'after-delivery',
  'before-finish',
  'after-finish',
  'before-start',
  'after-start',
];

export interface KillResult extends Verdict {
  killsLanded: number;
}

export async function killSuite({
  rounds,
  problems,
}: {
  rounds: number;
  problems: string[];
}): Promise<KillResult> {
  const api = await new Api().start();
  api.now = Date.now();
  for (let count = 0; count < 15; count += 1) api.create({ at: api.now - 86_400_000 - count * 1000 });
  const root = makeProject(api.url);
  const result: KillResult = { killsLanded: 0, expected: 0, lost: 0, repeatedSameId: 0, doubled: 0 };
  const start = (fault: string): ChildProcess =>
    spawn(process.execPath, [path.join(path.dirname(process.argv[1] ?? ''), 'worker.mjs'), root, fault], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...envFor(api.url) },
    });
  const ended = (child: ChildProcess): Promise<string | null> =>
    new Promise((resolve) => void child.once('close', (_, signal) => resolve(signal)));
  const change = (): void => {
    api.now = Date.now();
    for (let count = 0; count < 3; count += 1) api.create();
    const ids = [...api.items.keys()];
    api.update(ids[Math.floor(Math.random() * ids.length)] as string);
  };
  try {
    await ended(start('none'));
    const learned = api.changes.length;
    for (let round = 0; round < rounds; round += 1) {
      change();
      const point = points[round % points.length] as string;
      // The one that kills itself, and one that is killed at any moment.
      const children = [start(point), start('none')];
      const ends = children.map(ended);
      void sleep(150 + Math.random() * 350).then(() => children[1]?.kill('SIGKILL'));
      if (round % 4 === 3) edit(root, round);
      for (const signal of await Promise.all(ends)) if (signal === 'SIGKILL') result.killsLanded += 1;
    }
    for (let count = 0; count < 3; count += 1) await ended(start('none'));
    const changes = api.changes.slice(learned);
    const fresh = new Set(changes.filter(({ type }) => type === 'created').map(({ item }) => item.id));
    for (const method of methods) {
      for (const kind of [...changesOf(method), 'flow'] as const) {
        const told = api.delivered.filter(({ key }) => key === `${method}-${kind}`);
        const change = kind === 'flow' ? 'created' : kind;
        const verdict = judge(changes, told, change, (type, id) => type === 'updated' && fresh.has(id));
        add(result, verdict);
        if (verdict.lost + verdict.doubled > 0)
          problems.push(`kills, ${method}, ${kind}: ${JSON.stringify(verdict)}`);
      }
    }
    return result;
  } finally {
    await api.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The definition changes while it is watched: the cursor has to stay. */
function edit(root: string, round: number): void {
  for (const method of methods) {
    const text = `name: Items, edition ${round}\nconfig: {type: data-record-created, dataSource: {collectionKey: ${method}}}\n`;
    writeFileSync(path.join(root, `integrations/shop/external-events/${method}-created.yaml`), text);
  }
}
