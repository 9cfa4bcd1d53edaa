import { describe, expect, it } from 'vitest';
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';
import type { Connection } from '../../src/core/connection.js';
import type { Connections } from '../../src/core/ports.js';
import { memoryConnections } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

const cases: { name: string; open(): Connections }[] = [
  { name: 'memory', open: () => memoryConnections() },
  { name: 'lowdb', open: () => lowdbConnections(tempFolder()) },
];

function connection(id: string, more: Partial<Connection> = {}): Connection {
  return {
    id,
    key: `key-${id}`,
    name: `Connection ${id}`,
    tenantKey: 'local',
    integrationKey: 'crm',
    secrets: 'file',
    createdAt: 1_000,
    updatedAt: 1_000,
    state: 'READY',
    disconnected: false,
    ...more,
  };
}

describe.each(cases)('connections: $name', ({ open }) => {
  it('are empty at first', async () => {
    const connections = open();
    expect(await connections.list('local')).toEqual([]);
    expect(await connections.get('local', 'a')).toBeUndefined();
    expect(await connections.update('local', 'a', { name: 'x' })).toBeUndefined();
    expect(await connections.remove('local', 'a')).toBe(false);
  });

  it('are found by key and by id, and listed by key', async () => {
    const connections = open();
    const [b, a] = [connection('1', { key: 'b' }), connection('2', { key: 'a', authOptionKey: 'token' })];
    await connections.create(b);
    await connections.create(a);
    expect(await connections.list('local')).toEqual([a, b]);
    expect(await connections.get('local', 'b')).toEqual(b);
    expect(await connections.get('local', '2')).toEqual(a);
  });

  it('are found by key before id', async () => {
    const connections = open();
    await connections.create(connection('1', { key: '2' }));
    await connections.create(connection('2', { key: 'other' }));
    expect((await connections.get('local', '2'))?.id).toBe('1');
  });

  it('of one tenant are hidden from another', async () => {
    const connections = open();
    const [own, other] = [
      connection('1', { key: 'crm' }),
      connection('2', { key: 'crm', tenantKey: 'acme' }),
    ];
    await connections.create(own);
    await connections.create(other);
    expect(await connections.list('local')).toEqual([own]);
    expect(await connections.get('local', 'crm')).toEqual(own);
    expect(await connections.get('local', '2')).toBeUndefined();
    expect(await connections.update('local', '2', { name: 'stolen' })).toBeUndefined();
    expect(await connections.remove('local', '2')).toBe(false);
    expect(await connections.list('acme')).toEqual([other]);
  });

  it('have keys that are unique per tenant', async () => {
    const connections = open();
    await connections.create(connection('1', { key: 'crm' }));
    await connections.create(connection('2', { key: 'shop' }));
    const twin = {
      code: 'connection/exists',
      message: 'a connection "crm" exists',
      hint: 'give the new one another key with --key, or connect this one again with --reconnect',
    };
    await expect(connections.create(connection('3', { key: 'crm' }))).rejects.toMatchObject(twin);
    await expect(connections.update('local', '2', { key: 'crm' })).rejects.toMatchObject(twin);
    expect((await connections.list('local')).map(({ id, key }) => [id, key])).toEqual([
      ['1', 'crm'],
      ['2', 'shop'],
    ]);
  });

  it('change field by field, and lose what is given as undefined', async () => {
    const connections = open();
    const error = { code: 'auth/rejected', message: 'no' };
    await connections.create(connection('1', { error, state: 'CLIENT_ACTION_REQUIRED' }));
    const changed = connection('1', { updatedAt: 2_000 });
    const change = { error: undefined, state: 'READY', updatedAt: 2_000 } as const;
    expect(await connections.update('local', '1', change)).toStrictEqual(changed);
    expect(await connections.get('local', '1')).toStrictEqual(changed);
  });

  it('are removed', async () => {
    const connections = open();
    await connections.create(connection('1'));
    await connections.create(connection('2'));
    expect(await connections.remove('local', '1')).toBe(true);
    expect(await connections.list('local')).toEqual([connection('2')]);
  });

  it('that were given are copies', async () => {
    const connections = open();
    await connections.create(connection('1', { error: { code: 'a', message: 'b' } }));
    const given = (await connections.get('local', '1')) as { name: string };
    given.name = 'changed';
    expect((await connections.get('local', '1'))?.name).toBe('Connection 1');
  });

  it('lose no change of many at once', async () => {
    const connections = open();
    await Promise.all(Array.from({ length: 30 }, (_, index) => connections.create(connection(`${index}`))));
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => connections.update('local', `${index}`, { name: 'new' })),
    );
    const names = (await connections.list('local')).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 30 }, () => 'new'));
  });
});
