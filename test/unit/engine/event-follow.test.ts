import { expect, it, onTestFinished } from 'vitest';
import { openMembrane, type FollowedEvent, type Membrane } from '../../../src/membrane.js';
import { movableClock } from '../../faults/clock.js';
import { testProject } from '../../support/project.js';
import { startServer } from '../../support/server.js';

const flow = `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: 1}}
`;

async function world(): Promise<{ membrane: Membrane; open: () => Promise<Membrane> }> {
  const project = await testProject({
    'membrane.yaml': '',
    'internal-events/signed-up.yaml': 'name: Signed up\n',
    'flows/welcome.yaml': flow,
    'flows/other.yaml': flow,
  });
  const clock = movableClock();
  const open = async (): Promise<Membrane> => {
    const membrane = await openMembrane({ cwd: project.root, ports: { clock } });
    onTestFinished(() => membrane.close());
    return membrane;
  };
  return { membrane: await open(), open };
}

/** The next so many. */
async function next(events: AsyncGenerator<FollowedEvent>, count: number): Promise<FollowedEvent[]> {
  const found: FollowedEvent[] = [];
  while (found.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    found.push(value);
  }
  return found;
}

it('gives each new event once, also one that is delivered meanwhile, whoever stored it', async () => {
  const { membrane, open } = await world();
  await membrane.events.emit('signed-up', [{ n: 0 }]); // before anybody listened
  const other = await open();
  const stop = new AbortController();
  const events = other.events.follow({ subscription: 'flow/welcome/start', signal: stop.signal });
  const first = next(events, 1);
  await new Promise((resolve) => setTimeout(resolve, 100)); // it listens
  await membrane.events.emit('signed-up', [{ n: 1 }]);
  expect((await first).map(({ name, payload, tenant }) => [name, payload, tenant])).toEqual([
    ['flow/welcome/start', { n: 1 }, 'local'],
  ]);
  await membrane.events.emit('signed-up', [{ n: 2 }, { n: 3 }]);
  await membrane.watch({ once: true });
  await membrane.events.emit('signed-up', [{ n: 4 }]);
  expect((await next(events, 3)).map(({ payload }) => payload)).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }]);
  stop.abort();
  expect(await next(events, 1)).toEqual([]);
});

it('begins earlier where that is asked for, with the types that are asked for', async () => {
  const { membrane } = await world();
  await membrane.events.emit('signed-up', [{ n: 1 }]);
  const all = { since: 0, subscription: 'flow/welcome/start' };
  const events = membrane.events.follow({ ...all, types: ['created', 'app-event'] });
  expect((await next(events, 1)).map(({ payload }) => payload)).toEqual([{ n: 1 }]);
  await events.return(undefined);
  await expect(membrane.events.follow({ types: ['creatd'] }).next()).rejects.toMatchObject({
    code: 'usage/argument',
    message: 'there are no events of the type "creatd"',
    hint: 'did you mean "created"?',
  });
  await expect(membrane.events.follow({ subscription: 'flow/welcom/start' }).next()).rejects.toMatchObject({
    code: 'element/not-found',
    hint: 'did you mean "flow/welcome/start"?',
  });
});

it('posts events as the app gets them, and goes on where nobody takes them', async () => {
  const { membrane } = await world();
  let status = 200;
  const server = await startServer({ '/hook': (response) => void response.writeHead(status).end() });
  onTestFinished(() => server.close());
  await membrane.events.emit('signed-up', [{ n: 1 }, { n: 2 }]);
  const url = `${server.url}/hook`;
  const events = membrane.events.follow({ since: 0, subscription: 'flow/welcome/start', forwardTo: url });
  const [one] = await next(events, 1);
  status = 500;
  const [two] = await next(events, 1);
  expect([one?.forwarded, two?.forwarded]).toMatchObject([
    { id: one?.id, url, status: 200 },
    { id: two?.id, url, status: 500 },
  ]);
  const [first] = server.requests;
  expect(JSON.parse(first?.body ?? '')).toEqual({
    id: one?.id,
    tenantKey: 'local',
    connectionKey: null,
    n: 1,
  });
  expect([first?.headers['x-membrane-event'], first?.headers['x-membrane-tenant']]).toEqual([
    one?.id,
    'local',
  ]);
  const refused = await membrane.events.forward(one?.id ?? '', 'http://127.0.0.1:1/hook');
  expect([refused.status, refused.error]).toEqual([undefined, '"127.0.0.1:1" refuses connections']);
  expect((await membrane.events.list({ state: 'pending' })).length).toBe(4);
});
