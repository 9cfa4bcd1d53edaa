import { rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openMembrane } from '../../../src/membrane.js';
import { Api, send } from '../../faults/api.js';
import { movableClock } from '../../faults/clock.js';
import { envFor, makeProject } from '../../faults/project.js';

const [second, hour] = [1000, 3_600_000];
const name = 'external-event/full-scan-created#shop';

/** What a subscription waits for after looks that failed in this way. */
async function waitsAfter(status: number, headers: Record<string, string>, looks: number): Promise<number[]> {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  const clock = movableClock();
  const cwd = makeProject(api.url);
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true, maxRetries: 3 }));
  const membrane = await openMembrane({ cwd, env: envFor(api.url), ports: { clock } });
  onTestFinished(() => membrane.close());
  api.fault = (_, response) => {
    send(response, status, {}, headers);
    return true;
  };
  const waits: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    await membrane.watch({ once: true, only: ['full-scan-created'] });
    const { nextAt, failures, lastAt = 0 } = await membrane.subscriptions.show(name);
    expect(failures).toBe(look + 1);
    waits.push(nextAt - lastAt);
  }
  return waits;
}

it.each([429, 503])('looks again no sooner than an answer of %i asks for', async (status) => {
  const [first = 0] = await waitsAfter(status, { 'retry-after': '7200' }, 1);
  expect(first).toBeGreaterThanOrEqual(2 * hour);
  expect(first).toBeLessThan(2.3 * hour);
});

it('takes a wait of years for a mistake of the server', async () => {
  const [first = 0] = await waitsAfter(429, { 'retry-after': '100000000' }, 1);
  expect(first).toBeGreaterThanOrEqual(24 * hour);
  expect(first).toBeLessThan(27 * hour);
});

it('waits twice as long after each look that fails, and never quite the same time', async () => {
  const waits = await waitsAfter(400, {}, 4);
  for (const [index, wait] of waits.entries()) {
    const about = 5 * second * 2 ** index;
    expect(wait).toBeGreaterThanOrEqual(about * 0.75);
    expect(wait).toBeLessThan(about * 1.25 + 2 * second);
  }
});
