import { expect, it } from 'vitest';
import { json } from '../../support/server.js';
import { get, world } from './world.js';

it('what is older than membrane.yaml says is forgotten when a project that ran something is closed', async () => {
  const { membrane, open, connect, clock } = await world(
    { 'membrane.yaml': 'retention: {days: 2, runs: 3}\n', 'actions/good.yaml': get('/good') },
    { '/good': json({}) },
  );
  await connect();
  await membrane.actions.run('good');
  await clock.move(3 * 86_400_000);
  for (let i = 0; i < 4; i += 1) await membrane.actions.run('good');
  await membrane.close();

  const later = await open();
  const logged = async (type: 'action-run' | 'request' | 'connection-attempt') =>
    (await later.logs.list({ type })).length;
  expect([await logged('action-run'), await logged('request'), await logged('connection-attempt')]).toEqual([
    3, 3, 0,
  ]);
});
