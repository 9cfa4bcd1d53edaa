import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

/** What the last line of the suite says. */
interface Summary {
  readonly killsLanded: number;
  readonly refreshes: number;
  readonly expiries: number;
}

it('refreshes are safe while processes are killed', { timeout: 240_000 }, async () => {
  const stdout = await new Promise<string>((resolve, reject) => {
    const runner = path.join(import.meta.dirname, 'run.mjs');
    execFile(process.execPath, [runner], (error, printed) =>
      error !== null && printed === '' ? reject(error) : resolve(printed),
    );
  });
  const lines = stdout.trim().split('\n');
  const summary = JSON.parse(lines.pop() ?? '') as Summary;
  const { killsLanded, refreshes, expiries, ...rest } = summary;
  expect(lines.filter((line) => line.startsWith('PROBLEM'))).toEqual([]);
  expect(rest).toEqual({
    ok: true,
    reuse: 0,
    lost: 0,
    requests: 1600,
    unsavable: { byChance: expect.any(Number), atFaultPoint: { kills: 6, recovered: 4, lost: 2, tries: 2 } },
    seconds: expect.any(Number),
  });
  expect([killsLanded > 0, refreshes > 0, refreshes <= expiries + killsLanded]).toEqual([true, true, true]);
});
