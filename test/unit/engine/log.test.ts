import { expect, it } from 'vitest';
import { json, status } from '../../support/server.js';
import { failure, get, world } from './world.js';

it('logs are listed newest first, by type, state, time and what caused them', async () => {
  const { membrane, connect, clock } = await world(
    { 'actions/good.yaml': get('/good'), 'actions/bad.yaml': get('/bad') },
    { '/good': json({}), '/bad': status(404, { message: 'none' }) },
  );
  const start = clock.now();
  await connect();
  await clock.move(1000);
  const good = await membrane.actions.run('good');
  await clock.move(1000);
  await failure(membrane.actions.run('bad'));

  const list = async (query?: Parameters<typeof membrane.logs.list>[0]) =>
    (await membrane.logs.list(query)).map(({ type, state, time }) => `${type} ${state} ${time - start}`);
  expect((await list()).sort()).toEqual([
    'action-run completed 1000',
    'action-run failed 2000',
    'connection-attempt completed 0',
    'request failed 2000',
    'request ok 1000',
  ]);
  expect(await list({ type: 'action-run' })).toEqual(['action-run failed 2000', 'action-run completed 1000']);
  expect(await list({ state: 'failed', type: 'request' })).toEqual(['request failed 2000']);
  expect(await list({ since: start + 2000, type: 'action-run' })).toEqual(['action-run failed 2000']);
  expect(await list({ parent: good.id })).toEqual(['request ok 1000']);
  expect(await list({ limit: 1, type: 'action-run' })).toEqual(['action-run failed 2000']);
  expect((await membrane.logs.show(good.id)).data).toEqual({
    ref: 'action/good',
    connection: 'crm',
    input: {},
    output: {},
    ms: 0,
  });
});
