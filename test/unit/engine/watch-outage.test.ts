import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type Membrane } from '../../../src/membrane.js';
import { Api, send } from '../../faults/api.js';
import { movableClock, type MovableClock } from '../../faults/clock.js';
import { envFor, makeProject } from '../../faults/project.js';

const [minute, hour] = [60_000, 3_600_000];

interface World {
  readonly api: Api;
  readonly clock: MovableClock;
  readonly membrane: Membrane;
  /** One look at what is created and deleted. */
  look(): Promise<void>;
  told(): string[];
}

async function world(count: number, method: string, canAsk = true): Promise<World> {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  const clock = movableClock();
  api.now = clock.now();
  for (let made = 0; made < count; made += 1) api.create({ at: api.now - hour - made * minute });
  const root = makeProject(api.url);
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  if (!canAsk) {
    const list = `{type: rest-api-mapping, mapping: {path: /list, requestMapping: {query: {cursor: {$var: cursor}}}, responseMapping: {records: {$var: response.data.records}, cursor: {$var: response.data.cursor}}}}`;
    writeFileSync(
      path.join(root, 'connectors/shop/data/full-scan/spec.yaml'),
      `name: Items\nmethods:\n  list: ${list}\n`,
    );
  }
  const membrane = await openMembrane({ cwd: root, env: envFor(api.url), ports: { clock } });
  onTestFinished(() => membrane.close());
  const only = [`${method}-created`, ...(method === 'full-scan' ? [`${method}-deleted`] : [])];
  return {
    api,
    clock,
    membrane,
    look: async () => {
      clock.move(minute);
      api.now = clock.now();
      await membrane.watch({ once: true, only });
    },
    told: () => api.delivered.map(({ key, record }) => `${key} ${record}`).sort(),
  };
}

/** Answers to lists say that all is well, and hold nothing. */
const hollow: Api['fault'] = (_, response) => {
  send(response, 200, {});
  return true;
};

it('does not take an outage that looks like an empty list for deletions, where records can be asked for', async () => {
  const { api, look, told } = await world(250, 'full-scan');
  await look();
  api.fault = hollow;
  for (let count = 0; count < 3; count += 1) await look();
  api.fault = undefined;
  await look();
  expect(told()).toEqual([]);
});

it('believes that many records are gone when those it asks for are', async () => {
  const { api, look, told } = await world(250, 'full-scan');
  await look();
  const gone = [...api.items.keys()].slice(0, 240);
  for (const id of gone) api.delete(id);
  await look();
  expect(told().length).toBe(200);
  await look();
  expect(told()).toEqual(gone.map((id) => `full-scan-deleted ${id}`));
});

it('gives an outage time to pass where records cannot be asked for', async () => {
  const { api, clock, membrane, look, told } = await world(30, 'full-scan', false);
  await look();
  api.fault = hollow;
  await look();
  const { nextAt } = await membrane.subscriptions.show('external-event/full-scan-deleted#shop');
  expect(nextAt - clock.now()).toBeGreaterThan(2 * hour);
  api.fault = undefined;
  await look();
  expect(told()).toEqual([]);
  // Some that are gone are looked for again at once.
  api.delete('1003');
  await look();
  const { nextAt: soon } = await membrane.subscriptions.show('external-event/full-scan-deleted#shop');
  expect(soon - clock.now()).toBeLessThan(minute);
  await look();
  expect(told()).toEqual(['full-scan-deleted 1003']);
});

it('reads the newest again where a page that should have followed was left out', async () => {
  const { api, clock, look, told } = await world(5, 'pull-latest-records');
  await look();
  // After five hours without a look there is more news than the two hours that are read again anyhow.
  const made = Array.from({ length: 25 }, (_, index) => api.create({ at: api.now + index * 12 * minute }).id);
  clock.move(5 * hour);
  api.fault = ({ page }, response, body) => {
    send(response, 200, page === 0 ? body : {});
    return true;
  };
  await look();
  api.fault = undefined;
  await look();
  expect(told()).toEqual(made.map((id) => `pull-latest-records-created ${id}`));
});
