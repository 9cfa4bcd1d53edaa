import { expect, it } from 'vitest';
import { json } from '../../support/server.js';
import { failure, get, world } from './world.js';

it('a tenant has a key of its own', async () => {
  const { membrane, open } = await world({});
  expect(await membrane.tenants.create('acme')).toMatchObject({ key: 'acme', name: 'acme', fields: {} });
  expect(await failure(membrane.tenants.create('acme'))).toMatchObject({ code: 'tenant/exists' });
  expect(await failure(membrane.tenants.create('local'))).toEqual({
    code: 'tenant/exists',
    message: 'a tenant "local" exists',
    hint: 'it is always there: commands work for it when no other one is named',
  });
  expect(await failure(membrane.tenants.create(' '))).toEqual({
    code: 'usage/argument',
    message: 'a tenant needs a key',
    hint: 'membrane tenant create KEY',
  });
  const unknown = { code: 'tenant/unknown', message: 'no tenant "acne"', hint: 'did you mean "acme"?' };
  expect(await failure(membrane.tenants.use('acne'))).toEqual(unknown);
  expect(await failure(open({ tenant: 'acne' }))).toEqual(unknown);
  expect(await failure(open({ env: { MEMBRANE_TENANT: 'acne' } }))).toEqual(unknown);
});

it('the tenant is the one that is named, then that of the environment, then the chosen one', async () => {
  const { membrane, open } = await world({});
  for (const key of ['a', 'b', 'c']) await membrane.tenants.create(key);
  expect((await open()).tenant).toBe('local');
  await membrane.tenants.use('a');
  expect((await open()).tenant).toBe('a');
  expect((await open({ env: { MEMBRANE_TENANT: 'b' } })).tenant).toBe('b');
  expect((await open({ tenant: 'c', env: { MEMBRANE_TENANT: 'b' } })).tenant).toBe('c');
});

it('nothing of one tenant can be seen, used or removed from another', async () => {
  const { membrane, open, connect } = await world({ 'actions/me.yaml': get('/me') }, { '/me': json({}) });
  await membrane.tenants.create('acme');
  const acme = await open({ tenant: 'acme' });
  const { id } = await connect({}, acme);
  const run = await acme.actions.run('me');
  const missing = { code: 'connection/unknown', hint: 'make one: membrane connect INTEGRATION' };
  for (const key of ['crm', id]) {
    const unknown = { ...missing, message: `no connection "${key}"` };
    expect(await failure(membrane.connections.show(key))).toEqual(unknown);
    expect(await failure(membrane.connections.test(key))).toEqual(unknown);
    expect(await failure(membrane.connections.remove(key))).toEqual(unknown);
    expect(await failure(membrane.request(key, { path: '/me' }))).toEqual(unknown);
    expect(await failure(membrane.actions.run('me', { connection: key }))).toEqual(unknown);
  }
  expect(await failure(membrane.actions.run('me'))).toMatchObject({ code: 'connection/missing' });
  expect([await membrane.connections.list(), await membrane.logs.list()]).toEqual([[], []]);
  expect(await failure(membrane.logs.show(run.id))).toEqual({
    code: 'element/not-found',
    message: `no log entry "${run.id}"`,
    hint: 'see them with "membrane logs"',
  });
});

it('the layer of a connection is for the connection of its tenant only', async () => {
  const { membrane, open, connect } = await world(
    {
      'actions/me.yaml': get('/me'),
      'connections/crm/connection.yaml': 'tenantKey: acme\n',
      'connections/crm/actions/me.yaml': 'config: {request: {path: /acme}}\n',
    },
    { '/me': json('of all'), '/acme': json('of acme') },
  );
  await membrane.tenants.create('acme');
  const acme = await open({ tenant: 'acme' });
  await connect();
  await connect({}, acme);
  expect((await membrane.actions.run('me')).output).toBe('of all');
  expect((await acme.actions.run('me')).output).toBe('of acme');
});
