import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { MembraneError } from '../../../src/core/error.js';
import { leavingNoSecrets, sweepSecrets } from '../../../src/engine/secret-traces.js';
import { memorySecrets } from '../../support/memory-ports.js';
import { json, status } from '../../support/server.js';
import { connector, failure, get, world } from './world.js';

/** A connector that tells its API when an account goes. */
const polite = connector.replace(
  '  test:\n',
  '  disconnect:\n    type: rest-api-mapping\n    mapping: {path: /bye, method: delete}\n  test:\n',
);

const action = { 'actions/me.yaml': get('/me') };

describe('renaming a connection', () => {
  it('keeps its id and its secrets, and names what was written for the old key', async () => {
    const { connect, membrane, secrets, server } = await world(
      { ...action, 'connections/crm/actions/me.yaml': 'config: {request: {path: /other}}\n' },
      { '/me': json({}) },
    );
    const { id } = await connect();
    const kept = secrets.all();
    const { connection, orphans } = await membrane.connections.rename('crm', { key: 'acme', name: 'Acme' });
    expect([connection.id, connection.key, connection.name, orphans]).toEqual([
      id,
      'acme',
      'Acme',
      ['action/me#crm'],
    ]);
    expect(secrets.all()).toEqual(kept);
    await membrane.actions.run('me', { connection: 'acme' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/me']);
    expect(await failure(membrane.connections.show('crm'))).toMatchObject({ code: 'connection/unknown' });
  });

  it('needs a key that is free, and a connection that is there', async () => {
    const { connect, membrane } = await world({});
    await connect();
    await connect({ key: 'second' });
    const fails = (key: string, to: string) => failure(membrane.connections.rename(key, { key: to }));
    expect(await fails('crm', 'second')).toEqual({
      code: 'connection/exists',
      message: 'a connection "second" exists',
      hint: 'choose another key, or delete that one first: membrane connection delete second',
    });
    expect(await fails('crm', ' ')).toEqual({
      code: 'usage/argument',
      message: 'a connection needs a key',
      hint: 'start with a letter or digit, go on with letters, digits, "-", "_" and "."',
    });
    expect(await fails('scond', 'x')).toEqual({
      code: 'connection/unknown',
      message: 'no connection "scond"',
      hint: 'did you mean "second"?',
    });
    expect((await membrane.connections.list()).map(({ key }) => key)).toEqual(['crm', 'second']);
  });
});

describe('deleting a connection', () => {
  it('tells the external app first, with its credentials', async () => {
    const { connect, membrane, secrets, server } = await world(
      { 'connectors/crm/spec.yaml': polite },
      { '/bye': json({}) },
    );
    await connect();
    await membrane.connections.remove('crm');
    const sent = server.requests.map(({ method, path, headers }) => [method, path, headers['authorization']]);
    expect(sent).toEqual([['DELETE', '/bye', 'Bearer secret-key']]);
    expect([await membrane.connections.list(), secrets.all()]).toEqual([[], {}]);
  });

  it('leaves all as it is where the external app cannot be told, unless it is forced', async () => {
    const { connect, open, secrets } = await world(
      { 'connectors/crm/spec.yaml': polite },
      { '/bye': status(403, { message: 'no' }) },
    );
    const warnings: string[] = [];
    const membrane = await open({
      emit: (event) => event.type === 'warning' && warnings.push(event.message),
    });
    await connect();
    const kept = secrets.all();
    const why =
      'the grant of "crm" could not be ended at the external app: ' +
      'the API answered 403 to "DELETE /bye": no';
    expect(await failure(membrane.connections.remove('crm'))).toEqual({
      code: 'connection/revoke',
      message: why,
      hint: 'nothing was deleted; to forget it here all the same: membrane connection delete crm --force',
    });
    expect([(await membrane.connections.list()).length, secrets.all()]).toEqual([1, kept]);
    await membrane.connections.remove('crm', { force: true });
    expect([await membrane.connections.list(), secrets.all(), warnings]).toEqual([[], {}, [why]]);
  });

  it('is stopped by no grant that is dead already, and by no secrets that are lost', async () => {
    const { connect, membrane, ports, secrets } = await world(
      { 'connectors/crm/spec.yaml': polite },
      { '/bye': status(403) },
    );
    const { id } = await connect({ key: 'dead' });
    await ports.connections.update('local', id, { disconnected: true, state: 'CLIENT_ACTION_REQUIRED' });
    await membrane.connections.remove('dead');
    const lost = await connect({ key: 'lost' });
    for (const part of ['credentials', 'parameters']) {
      await secrets.remove({ tenant: 'local', connection: lost.id, part });
    }
    await membrane.connections.remove('lost');
    expect([await membrane.connections.list(), secrets.all()]).toEqual([[], {}]);
  });

  it('and renaming it at once ends in one of the two', async () => {
    const { clock, connect, membrane, open, secrets } = await world({});
    await connect();
    const other = await open();
    let ended = false;
    const both = Promise.allSettled([
      other.connections.rename('crm', { key: 'acme' }),
      membrane.connections.remove('crm'),
    ]).finally(() => (ended = true));
    while (!ended) await clock.move(50); // one waits for the lock of the other
    const [renamed, removed] = await both;
    expect(removed.status).toBe('fulfilled');
    if (renamed.status === 'rejected') expect(renamed.reason).toMatchObject({ code: 'connection/unknown' });
    expect([await membrane.connections.list(), secrets.all()]).toEqual([[], {}]);
  });
});

describe('testing all connections', () => {
  it('says of each how it went, and stops at none', async () => {
    const { connect, membrane } = await world({}, { '/me': [json({}), status(401), json({})] });
    for (const key of ['a', 'b', 'c']) await connect({ key });
    const tests = await membrane.connections.testAll();
    expect(tests.map(({ key, tested }) => [key, tested])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
    expect(tests.filter(({ ok }) => ok)).toHaveLength(2);
    const refused = tests.find(({ ok }) => !ok);
    expect(refused?.error).toMatchObject({ code: 'auth/rejected' });
  });
});

describe('what is known of a connection', () => {
  it('includes when it was used last, to the minute, and what was tried with it', async () => {
    const { connect, membrane, clock } = await world(action, {
      '/me': [json({}), json({}), json({}), status(400)],
    });
    const start = clock.now();
    await connect();
    expect((await membrane.connections.details())[0]?.lastActiveAt).toBeUndefined();
    await membrane.connections.test('crm');
    expect((await membrane.connections.details())[0]?.lastActiveAt).toBeUndefined();
    await membrane.actions.run('me');
    await clock.move(59_000);
    await membrane.actions.run('me');
    expect((await membrane.connections.details())[0]?.lastActiveAt).toBe(start);
    await clock.move(1_000);
    await failure(membrane.actions.run('me'));
    const { attempts, lastActiveAt } = await membrane.connections.describe('crm');
    expect(lastActiveAt).toBe(start + 60_000);
    expect(attempts.map(({ state, data }) => [data['action'], state])).toEqual([['test', 'completed']]);
  });

  it('includes the way out where it does not work', async () => {
    const { connect, membrane, ports } = await world({});
    const { id } = await connect();
    expect((await membrane.connections.describe('crm')).wayOut).toBeUndefined();
    await ports.connections.update('local', id, { disconnected: true });
    expect((await membrane.connections.describe('crm')).wayOut).toBe('membrane connection reconnect crm');
  });
});

describe('connecting again', () => {
  it('needs a connection that is there', async () => {
    const { connect, membrane } = await world({});
    await connect();
    const how = { integration: 'crm', key: 'cmr', reconnect: true };
    const unknown = {
      code: 'connection/unknown',
      message: 'no connection "cmr"',
      hint: 'did you mean "crm"?',
    };
    expect(await failure(membrane.connections.plan(how))).toEqual(unknown);
    expect(await failure(membrane.connections.connect(how))).toEqual(unknown);
  });

  it('with another secret store leaves nothing in the one before', async () => {
    const { open, server } = await world({});
    const stores = {
      keychain: memorySecrets('keychain'),
      file: memorySecrets('file'),
      env: memorySecrets('env'),
    };
    const membrane = await open({ ports: { secrets: async (name) => stores[name] } });
    const input = { apiKey: 'secret-key', baseUri: server.url };
    const connect = (secrets: 'keychain' | 'file', reconnect = true) =>
      membrane.connections.connect({ integration: 'crm', skipTest: true, secrets, reconnect, input });
    await connect('keychain', false);
    await connect('file');
    expect(stores.keychain.all()).toEqual({});
    expect((await membrane.connections.show('crm')).secrets).toBe('file');
    expect(Object.keys(stores.file.all())).toHaveLength(1);
  });
});

describe('a connect that is cut off', () => {
  it('leaves a trace, by which its secrets are removed later', async () => {
    const { connect, engine, ports, secrets } = await withEngine();
    const { id } = await connect();
    await ports.connections.remove('local', id); // as if it was killed between the two writes
    await (await ports.store()).drawer('secret-trace').put({
      id: `${id}/file`,
      tenant: 'local',
      time: 0,
      parent: id,
      data: { connection: id, secrets: 'file' },
    });
    const busy = await (await ports.store()).lock(`connection/${id}`);
    expect(await sweepSecrets(engine)).toBe(0);
    expect(secrets.all()).not.toEqual({});
    await busy.release();
    expect([await sweepSecrets(engine), await sweepSecrets(engine)]).toEqual([1, 0]);
    expect(secrets.all()).toEqual({});
  });

  it('or that fails, too; and another one sweeps what it finds', async () => {
    const { engine, ports, secrets } = await withEngine();
    const address = { tenant: 'local', connection: 'x', part: 'credentials' };
    const work = leavingNoSecrets(engine, 'x', ['file'], async () => {
      await secrets.write(address, { token: 'abc' });
      throw new MembraneError('run/failed', 'it failed');
    });
    await expect(work).rejects.toThrow('it failed');
    expect(secrets.all()).toEqual({});
    expect(await (await ports.store()).drawer('secret-trace').count({})).toBe(0);
  });
});

describe('exporting and importing connections', () => {
  it('takes who they are, and nothing that opens a door', async () => {
    const { connect, membrane, open } = await world(action);
    await connect();
    await connect({ key: 'second' });
    const file = await membrane.connections.export();
    expect(file).toEqual({
      format: 1,
      connections: [
        { key: 'crm', name: 'CRM', integrationKey: 'crm' },
        { key: 'second', name: 'CRM', integrationKey: 'crm' },
      ],
    });
    expect((await membrane.connections.export(['second'])).connections.map(({ key }) => key)).toEqual([
      'second',
    ]);
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    expect(await acme.connections.import(file)).toEqual({ imported: ['crm', 'second'], skipped: [] });
    expect(await failure(acme.actions.run('me', { connection: 'crm' }))).toMatchObject({
      code: 'connection/disconnected',
    });
    const [{ id: ours }, { id: theirs }] = [
      await membrane.connections.show('crm'),
      await acme.connections.show('crm'),
    ];
    expect(ours).not.toBe(theirs);
    await connect({ apiKey: 'k', reconnect: true }, acme);
    expect((await acme.connections.show('crm')).state).toBe('READY');
  });

  it('refuses what is taken, unknown, twice there, or more than it should be', async () => {
    const { connect, membrane, open } = await world({});
    await connect();
    const one = { key: 'new', name: 'New', integrationKey: 'crm' };
    const fails = (connections: readonly object[]) =>
      failure(membrane.connections.import({ format: 1, connections }));
    expect(await fails([one, { ...one, key: 'crm' }])).toEqual({
      code: 'connection/exists',
      message: 'there are connections of these keys: crm',
      hint: 'leave them as they are with --skip-existing, or rename them: membrane connection rename KEY NEWKEY',
    });
    expect(await fails([{ ...one, integrationKey: 'cmr' }])).toEqual({
      code: 'element/not-found',
      message: 'no integration "cmr"',
      hint: 'did you mean "crm"?',
    });
    expect(await fails([one, one])).toEqual({
      code: 'input/invalid',
      message: 'the file of connections has the key "new" twice',
      hint: 'give one of them another key',
    });
    expect(await fails([{ ...one, credentials: { apiKey: 'x' } }])).toMatchObject({ code: 'input/invalid' });
    const readOnly = await open({ env: { MEMBRANE_SECRETS: 'env' } });
    expect(await failure(readOnly.connections.import({ format: 1, connections: [one] }))).toEqual({
      code: 'secrets/read-only',
      message: 'connections come from environment variables here',
      hint: 'choose a store that can be written: MEMBRANE_SECRETS=keychain, or MEMBRANE_SECRETS=file',
    });
    expect((await membrane.connections.list()).map(({ key }: Connection) => key)).toEqual(['crm']);
    const file = { format: 1, connections: [one, { ...one, key: 'crm' }] };
    expect(await membrane.connections.import(file, { skipExisting: true })).toEqual({
      imported: ['new'],
      skipped: ['crm'],
    });
  });
});

describe('a connection of another tenant', () => {
  it('is out of reach of every command', async () => {
    const { connect, membrane, open, secrets } = await world({});
    const { id } = await connect();
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    const kept = secrets.all();
    for (const key of ['crm', id]) {
      const { connections } = acme;
      for (const work of [
        () => connections.describe(key),
        () => connections.test(key),
        () => connections.refresh(key),
        () => connections.rename(key, { key: 'mine' }),
        () => connections.remove(key, { force: true }),
        () => connections.export([key]),
        () => connections.connect({ integration: 'crm', key, reconnect: true }),
      ]) {
        expect(await failure(work())).toMatchObject({ code: 'connection/unknown' });
      }
    }
    expect([await acme.connections.details(), await acme.connections.testAll()]).toEqual([[], []]);
    expect((await acme.integrations.describe('crm')).connections).toEqual([]);
    expect(await acme.logs.list({ type: 'connection-attempt' })).toEqual([]);
    expect((await membrane.connections.show('crm')).key).toBe('crm');
    expect(secrets.all()).toEqual(kept);
  });
});

describe('connections that are stored and in variables', () => {
  it('are those that are stored, which is said once', async () => {
    const { connect, open } = await world({});
    await connect();
    const warnings: string[] = [];
    const env = { MEMBRANE_SECRETS: 'env', MEMBRANE_SECRET_CRM_APIKEY: 'other' };
    const membrane = await open({
      env,
      emit: (event) => event.type === 'warning' && warnings.push(event.message),
    });
    await membrane.connections.list();
    expect((await membrane.connections.list()).map(({ key, secrets }) => [key, secrets])).toEqual([
      ['crm', 'file'],
    ]);
    expect(warnings).toEqual([
      '"crm" is stored, so that its MEMBRANE_SECRET_ variables are not used; ' +
        '"membrane connection delete crm" lets them through',
    ]);
  });
});

describe('what happens to connections', () => {
  it('is kept for receivers that want to know, and for nobody else', async () => {
    const receivers =
      'notifications: [{url: https://example.com, events: [connection.created, connection.deleted]}]\n';
    const { connect, membrane, ports } = await world({ 'membrane.yaml': receivers });
    const { id } = await connect();
    await connect({ reconnect: true });
    await membrane.connections.remove('crm');
    const rows = await (
      await ports.store()
    )
      .drawer('notification-pending')
      .list({ tenant: 'local', order: 'oldest' });
    const connection = {
      id,
      integrationId: 'crm',
      integrationKey: 'crm',
      name: 'CRM',
      disconnected: false,
      customerId: 'local',
    };
    expect(
      rows.map(({ state, parent, data }) => [state, parent, data['eventType'], data['payload']]),
    ).toEqual([
      ['pending', expect.stringMatching(`.+/${id}$`), 'connection.created', { data: { connection } }],
      ['pending', rows[0]?.parent, 'connection.deleted', { data: { connection } }],
    ]);
    const quiet = await world({});
    await quiet.connect();
    expect(await (await quiet.ports.store()).drawer('notification-pending').count({})).toBe(0);
  });
});

/** A world with an engine, for what no method of the library does alone. */
async function withEngine() {
  const made = await world({});
  const { openWiring } = await import('../../../src/wiring.js');
  const { engine } = await openWiring({
    cwd: made.root,
    env: { MEMBRANE_SECRETS: 'file' },
    ports: made.ports,
  });
  return { ...made, engine };
}
