import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type Membrane, type WatchedSubscription } from '../../../src/membrane.js';
import { movableClock } from '../../faults/clock.js';
import { testProject } from '../../support/project.js';

const flow = (trigger: string): string => `enabled: true
nodes:
  start: {${trigger}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`;

async function world(files: Readonly<Record<string, string>> = {}) {
  const project = await testProject({
    'membrane.yaml': '',
    'internal-events/signed-up.yaml': 'tenantIdFormula: {$var: of}\n',
    'flows/welcome.yaml': flow('type: app-event-trigger, config: {appEvent: {key: signed-up}}'),
    'flows/often.yaml': flow('type: schedule-trigger, config: {everyMinutes: 5, missed: catchUp}'),
    ...files,
  });
  const clock = movableClock();
  const membrane = await openMembrane({ cwd: project.root, ports: { clock } });
  onTestFinished(() => membrane.close());
  return { membrane, clock };
}

const states = async (membrane: Membrane): Promise<(readonly [string, string])[]> =>
  (await membrane.events.list()).map(({ name, state }) => [name, state] as const);

it('watches what was named by its name, key or element, and refuses names of none', async () => {
  const { membrane } = await world();
  await membrane.events.emit('signed-up', [{}]);
  for (const only of ['flow/often', 'often', 'flow/often/start'])
    expect((await membrane.watch({ once: true, only: [only] })).subscriptions).toBe(1);
  expect(await states(membrane)).toEqual([['flow/welcome/start', 'pending']]);
  await expect(membrane.watch({ once: true, only: ['flow/often', 'flow/oftn'] })).rejects.toMatchObject({
    code: 'element/not-found',
    message: 'no subscription "flow/oftn"',
    hint: 'did you mean "flow/often"?',
  });
  await membrane.subscriptions.pause('flow/often/start');
  await expect(membrane.watch({ once: true, only: ['often'] })).rejects.toMatchObject({
    message: '"often" is paused: it cannot be watched',
    hint: 'resume it: membrane event subscriptions resume flow/often/start',
  });
});

it('what needs no connection is watched for each tenant', async () => {
  const { membrane, clock } = await world();
  await membrane.tenants.create('acme');
  const all = { once: true, allTenants: true };
  expect((await membrane.watch(all)).subscriptions).toBe(4);
  await membrane.events.emit('signed-up', [{ of: 'acme' }, { of: 'local' }]);
  clock.move(5 * 60_000);
  expect(await membrane.watch(all)).toMatchObject({ subscriptions: 4, events: 2, failed: 0 });
  expect(await states(membrane)).toEqual([
    ['flow/often/start', 'done'],
    ['flow/welcome/start', 'done'],
  ]);
});

it('a flow run that fails counts as a failure', async () => {
  const out = `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: http-request, config: {request: {uri: 'http://127.0.0.1:1/', method: POST}}}
`;
  const { membrane } = await world({ 'flows/welcome.yaml': out });
  await membrane.events.emit('signed-up', [{}]);
  expect((await membrane.watch({ once: true, only: ['welcome'] })).failed).toBe(1);
});

it('tells how each subscription stands while it watches, and ends when the project is closed', async () => {
  const { membrane } = await world();
  await membrane.events.emit('signed-up', [{}, {}]);
  let tell: (facts: WatchedSubscription[]) => void;
  const told = new Promise<WatchedSubscription[]>((resolve) => (tell = resolve));
  const watching = membrane.watch({ reload: false, view: (now) => void now().then((facts) => tell(facts)) });
  const [often, welcome] = await told;
  expect(often).toEqual({
    id: often?.id,
    tenant: 'local',
    name: 'flow/often/start',
    by: 'schedule',
    busy: false,
    nextAt: often?.nextAt,
    events: 0,
    pending: 0,
    dead: 0,
  });
  expect(welcome).toEqual({
    id: welcome?.id,
    tenant: 'local',
    name: 'flow/welcome/start',
    by: 'app-event',
    busy: false,
    events: 2,
    pending: 2,
    oldestAt: welcome?.oldestAt,
    dead: 0,
  });
  await Promise.all([membrane.close(), membrane.close()]);
  expect((await watching).subscriptions).toBe(2);
  await membrane.close();
});
