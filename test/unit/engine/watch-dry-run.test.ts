import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type WatchEvent } from '../../../src/membrane.js';
import { Api, send } from '../../faults/api.js';
import { movableClock } from '../../faults/clock.js';
import { envFor } from '../../faults/project.js';
import { testProject } from '../../support/project.js';

const hour = 3_600_000;

const files = {
  'connectors/shop/spec.yaml': `auth:
  type: client-credentials
  inputSchema: {type: object, properties: {baseUri: {type: string}, token: {type: string}}}
  makeApiClient: {type: mapping, mapping: {baseUri: {$var: connectionParameters.baseUri}}}
`,
  'connectors/shop/data/items/spec.yaml': `methods:
  list:
    type: rest-api-mapping
    mapping: {path: /list, responseMapping: {records: {$var: response.data.records}}}
`,
  'external-events/item.yaml': 'config: {type: data-record-created, dataSource: {collectionKey: items}}\n',
  'internal-events/signed-up.yaml': 'name: Signed up\n',
  'flows/welcome.yaml': `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`,
  'flows/hourly.yaml': `enabled: true
nodes:
  start: {type: schedule-trigger, config: {everyMinutes: 60}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`,
};

it('looks as often as a real watch, and stores and delivers nothing', async () => {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  const clock = movableClock();
  api.now = clock.now();
  const project = await testProject({ 'membrane.yaml': `app: {baseUri: '${api.url}/app'}\n`, ...files });
  const membrane = await openMembrane({ cwd: project.root, env: envFor(api.url), ports: { clock } });
  onTestFinished(() => membrane.close());
  await membrane.watch({ once: true });
  await membrane.events.emit('signed-up', [{ n: 1 }]);
  api.create();
  const stored = async () => ({
    subscriptions: await membrane.subscriptions.list(),
    events: await membrane.events.list({ limit: 100 }),
    pulls: await membrane.events.pulls(),
    runs: await membrane.flows.runs.list(),
  });
  const before = await stored();
  expect(before.events.map(({ state }) => state)).toEqual(['pending']);

  const looks: string[] = [];
  const stop = new AbortController();
  const tell = (event: WatchEvent): void => {
    if (event.type === 'look') looks.push(`${event.name}: ${event.events}`);
    else if (event.type === 'look-failed') looks.push(`${event.name} failed`);
    else if (event.type !== 'started' && event.type !== 'stopped') looks.push(event.type);
  };
  const until = async (count: number): Promise<void> => {
    while (looks.length < count) await sleep(10);
    await sleep(300); // some rounds in which nothing is due
    expect(looks.length).toBe(count);
  };
  clock.move(4 * hour);
  const watching = membrane.watch({ dryRun: true, signal: stop.signal, tell });
  await until(2);
  expect(looks.sort()).toEqual(['external-event/item#shop: 1', 'flow/hourly/start: 1']);
  api.fault = (_, response) => (send(response, 400, {}), true);
  clock.move(4 * hour);
  await until(4);
  expect(looks.slice(2).sort()).toEqual(['external-event/item#shop failed', 'flow/hourly/start: 1']);
  api.fault = undefined;
  clock.move(60_000);
  await until(5);
  expect(looks[4]).toBe('external-event/item#shop: 1');
  stop.abort(new Error('enough'));
  await watching;
  expect(await stored()).toEqual(before);
  expect(api.delivered).toEqual([]);
});
