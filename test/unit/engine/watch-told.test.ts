import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type WatchEvent } from '../../../src/membrane.js';
import { envFor } from '../../faults/project.js';
import { testProject } from '../../support/project.js';

async function opened(files: Record<string, string>) {
  const project = await testProject(files);
  const membrane = await openMembrane({ cwd: project.root, env: envFor('http://127.0.0.1:9') });
  onTestFinished(() => membrane.close());
  return membrane;
}

it('tells of an alert that the end of a run began, and of its end', async () => {
  const membrane = await opened({
    'membrane.yaml': 'name: told\n',
    'internal-events/signed-up.yaml': 'name: Signed up\n',
    'flows/welcome.yaml': `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: test}]}
  test: {type: transform-data, config: {output: {$eval: 1, oneOf: {$var: $.input.list}}}}
`,
  });
  const told = async (list: unknown): Promise<string[]> => {
    await membrane.events.emit('signed-up', [{ list }]);
    const said: WatchEvent[] = [];
    await membrane.watch({ once: true, tell: (event) => said.push(event) });
    return said.flatMap((event) => (event.type === 'alert' ? [`${event.alertType} ${event.status}`] : []));
  };
  expect(await told('no list')).toEqual([]);
  expect(await told('no list')).toEqual([]);
  expect(await told('no list')).toEqual(['flow_failing ongoing']);
  expect(await told('no list')).toEqual([]);
  expect(await told([1])).toEqual(['flow_failing resolved']);
});

it('names what webhooks are for as people know it, and whose it is', async () => {
  const membrane = await opened({
    'membrane.yaml': "app: {baseUri: 'http://127.0.0.1:9'}\n",
    'connectors/shop/spec.yaml': `auth:
  type: client-credentials
  inputSchema: {type: object, properties: {baseUri: {type: string}, token: {type: string}}}
  makeApiClient: {type: mapping, mapping: {baseUri: {$var: connectionParameters.baseUri}}}
`,
    'connectors/shop/events/order.yaml': `implementationType: webhook
methods: {handle: {type: mapping, mapping: {events: [{$var: $.data}]}}}
signature: {type: github, secret: known}
`,
    'external-events/order.yaml': 'config: {type: connector-event, eventKey: order}\n',
  });
  const said: string[] = [];
  const stop = new AbortController();
  let address = '';
  const watching = membrane.watch({
    listen: '0',
    signal: stop.signal,
    tell: (event) => {
      if (event.type === 'listening') address = event.address;
      if (event.type === 'hook') said.push(`${event.did} ${event.name} of ${event.tenant}`);
      if (event.type === 'refused') said.push(`refused ${event.to} of ${event.tenant}`);
      if (event.type === 'webhooks') said.push(`${event.events} ${event.name} of ${event.tenant}`);
    },
  });
  await expect.poll(() => said).toEqual(['registered external-event/order#shop of local']);
  const { hook } = await membrane.subscriptions.show('external-event/order');
  const send = async (key: string): Promise<number> => {
    const body = '{"id":"17"}';
    const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
    const url = new URL(hook?.uri ?? '', address);
    return (await fetch(url, { method: 'POST', headers: { 'x-hub-signature-256': signature }, body })).status;
  };
  expect([await send('unknown'), await send('known')]).toEqual([401, 200]);
  await expect
    .poll(() => said.slice(1).sort())
    .toEqual(['1 external-event/order#shop of local', 'refused external-event/order#shop of local']);
  stop.abort(new Error('enough'));
  await watching;
});
