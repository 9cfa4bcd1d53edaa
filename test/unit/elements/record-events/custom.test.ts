import { expect, it, onTestFinished } from 'vitest';
import { openMembrane } from '../../../../src/membrane.js';
import { Api } from '../../../faults/api.js';
import { movableClock } from '../../../faults/clock.js';
import { envFor } from '../../../faults/project.js';
import { testProject } from '../../../support/project.js';

/** No "subscribe" says where it begins. */
const files = {
  'connectors/shop/spec.yaml': `auth:
  type: client-credentials
  inputSchema: {type: object, properties: {baseUri: {type: string}, token: {type: string}}}
  makeApiClient: {type: mapping, mapping: {baseUri: {$var: connectionParameters.baseUri}}}
`,
  'connectors/shop/data/items/spec.yaml': `events:
  created:
    implementationType: custom-pull
    pull:
      type: rest-api-mapping
      mapping:
        path: /changes
        requestMapping: {query: {since: {$var: $.state.since}}}
        responseMapping:
          events: {$var: $.response.data.events}
          state: {since: {$var: $.response.data.state}}
`,
  'external-events/item.yaml': 'config: {type: data-record-created, dataSource: {collectionKey: items}}\n',
};

it('takes what is there at the first look for known, where no "subscribe" says where to begin', async () => {
  const api = await new Api().start();
  onTestFinished(() => api.stop());
  const clock = movableClock();
  api.now = clock.now();
  for (let number = 0; number < 25; number += 1) api.create();
  const project = await testProject({ 'membrane.yaml': `app: {baseUri: '${api.url}/app'}\n`, ...files });
  const membrane = await openMembrane({ cwd: project.root, env: envFor(api.url), ports: { clock } });
  onTestFinished(() => membrane.close());
  const look = async () => (await membrane.watch({ once: true })).events;
  expect(await look()).toBe(0);
  expect(await look()).toBe(0);
  api.create();
  expect(await look()).toBe(1);
  await membrane.subscriptions.reset('external-event/item#shop', { firstRun: 'all' });
  expect(await look()).toBe(26);
});
