import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

it('runs of flows lose nothing, and do nothing twice, while processes are killed', { timeout: 240_000 }, async () => {
  const stdout = await new Promise<string>((resolve, reject) => {
    const runner = path.join(import.meta.dirname, 'run.mjs');
    execFile(process.execPath, [runner], (error, printed) =>
      error !== null && printed === '' ? reject(error) : resolve(printed),
    );
  });
  const lines = stdout.trim().split('\n');
  const summary = JSON.parse(lines.pop() ?? '') as { killsLanded: number };
  expect(lines.filter((line) => line.startsWith('PROBLEM'))).toEqual([]);
  expect(summary).toEqual({
    ok: true,
    killsLanded: expect.any(Number),
    runs: expect.any(Number),
    requests: expect.any(Number),
    repeatedIdempotent: expect.any(Number),
    repeatedOther: 0,
    interrupted: expect.any(Number),
    outputsEqual: true,
    seconds: expect.any(Number),
  });
  expect(summary.killsLanded).toBeGreaterThanOrEqual(60);
});
