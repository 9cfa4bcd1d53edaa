import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type Membrane } from '../../../src/membrane.js';
import { Api } from '../../faults/api.js';
import { envFor, makeProject, methods } from '../../faults/project.js';

interface Place {
  readonly root: string;
  open(): Promise<Membrane>;
}

function place(url: string): Place {
  const root = makeProject(url);
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  return {
    root,
    async open() {
      const membrane = await openMembrane({ cwd: root, env: envFor(url) });
      onTestFinished(() => membrane.close());
      return membrane;
    },
  };
}

async function startApi(): Promise<Api> {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  api.now = Date.now();
  for (let count = 0; count < 12; count += 1) api.create({ at: api.now - 86_400_000 - count * 1000 });
  return api;
}

const created = 'external-event/full-scan-created#shop';

it('goes on elsewhere where it was, with every way of learning of changes', async () => {
  const api = await startApi();
  const one = await place(api.url).open();
  await one.watch({ once: true });
  await one.subscriptions.pause(created);
  const made = api.create().id;
  const file = await one.subscriptions.export();
  expect(file.subscriptions.map(({ name }) => name)).toEqual(
    (await one.subscriptions.list()).map(({ name }) => name),
  );
  expect(JSON.stringify(file)).not.toContain('tok-9f31');
  const two = await place(api.url).open();
  expect((await two.subscriptions.import(JSON.parse(JSON.stringify(file)))).length).toBe(
    file.subscriptions.length,
  );
  expect((await two.subscriptions.show(created)).state).toBe('paused');
  await two.subscriptions.resume(created);
  await two.watch({ once: true });
  const told = api.delivered.map(({ key, record }) => `${key} ${record}`).sort();
  expect(told).toEqual(
    methods.flatMap((method) => [`${method}-created ${made}`, `${method}-flow ${made}`]).sort(),
  );
});

it('exports those that are named', async () => {
  const api = await startApi();
  const one = await place(api.url).open();
  await one.watch({ once: true, only: ['full-scan-created'] });
  const { subscriptions } = await one.subscriptions.export([created]);
  expect(
    subscriptions.map(({ name, state, cursor }) => ({ name, state, records: cursor?.['records'] })),
  ).toEqual([{ name: created, state: 'active', records: 12 }]);
});

it('refuses what looks at something else, what is not there, and what is no such file', async () => {
  const api = await startApi();
  const one = await place(api.url).open();
  await one.watch({ once: true });
  const file = await one.subscriptions.export([created]);
  const other = place(api.url);
  const event = path.join(other.root, 'integrations/shop/external-events/full-scan-created.yaml');
  writeFileSync(
    event,
    readFileSync(event, 'utf8').replace('collectionKey: full-scan', 'collectionKey: custom-pull'),
  );
  const two = await other.open();
  await expect(two.subscriptions.import(file)).rejects.toMatchObject({
    code: 'input/invalid',
    message: `"${created}" looks at something else here than in the file`,
  });
  expect((await two.subscriptions.show(created)).cursor).toBeUndefined();
  const [first] = file.subscriptions;
  const renamed = { format: 1, subscriptions: [{ ...first, name: 'external-event/gone#shop' }] };
  await expect(two.subscriptions.import(renamed)).rejects.toMatchObject({
    code: 'element/not-found',
    message: 'no subscription "external-event/gone#shop" here, as in the file',
  });
  await expect(two.subscriptions.import({ format: 1, subscriptions: [{}] })).rejects.toMatchObject({
    code: 'input/invalid',
    message: 'this is no file of subscriptions',
  });
});

it('gives away no secret that a connector keeps in its state', async () => {
  const api = await startApi();
  const here = place(api.url);
  const spec = path.join(here.root, 'connectors/shop/data/custom-pull/spec.yaml');
  const text = readFileSync(spec, 'utf8');
  writeFileSync(
    spec,
    text.replaceAll(
      'responseMapping: {state: {$var: response.data.state}}',
      'responseMapping: {state: tok-9f31}',
    ),
  );
  const one = await here.open();
  await one.watch({ once: true, only: ['custom-pull-created'] });
  await expect(one.subscriptions.export(['external-event/custom-pull-created#shop'])).rejects.toMatchObject({
    code: 'run/unsupported',
    message: 'the cursor of "external-event/custom-pull-created#shop" holds a secret of its connection',
  });
});
