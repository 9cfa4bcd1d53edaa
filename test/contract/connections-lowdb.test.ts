import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';
import { timeIds } from '../../src/adapters/ids-time.js';
import { openProjectId } from '../../src/adapters/project-id.js';
import { lowdbTenants } from '../../src/adapters/tenants-lowdb.js';
import type { Connection } from '../../src/core/connection.js';
import { fakeClock } from '../support/memory-ports.js';
import { tempFolder } from '../support/temp-folder.js';

const connection: Connection = {
  id: '1',
  key: 'crm',
  name: 'CRM',
  tenantKey: 'local',
  integrationKey: 'crm',
  secrets: 'file',
  createdAt: 1_000,
  updatedAt: 1_000,
  state: 'READY',
  disconnected: false,
};

function withFile(name: string, text: string): { root: string; file: string } {
  const root = tempFolder();
  const file = path.join(root, '.membrane', name);
  mkdirSync(path.dirname(file));
  writeFileSync(file, text);
  return { root, file };
}

describe('connections.json', () => {
  it('is made by the first write, not by reading or by changes of nothing', async () => {
    const root = tempFolder();
    const connections = lowdbConnections(root);
    await connections.list('local');
    await connections.remove('local', '1');
    await expect(lowdbTenants(root).use('nobody')).rejects.toMatchObject({ code: 'tenant/unknown' });
    expect(readdirSync(root)).toEqual([]);
    await connections.create(connection);
    expect(readdirSync(path.join(root, '.membrane')).sort()).toEqual(['.gitignore', 'connections.json']);
  });

  it('can be read by people, and by its owner only', async () => {
    const root = tempFolder();
    await lowdbConnections(root).create(connection);
    const file = path.join(root, '.membrane/connections.json');
    const text = JSON.stringify({ format: 1, connections: [connection] }, null, 2);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect([path.dirname(file), file].map((name) => (statSync(name).mode & 0o777).toString(8))).toEqual([
      '700',
      '600',
    ]);
  });

  it('that was changed by hand is read again', async () => {
    const root = tempFolder();
    const connections = lowdbConnections(root);
    await connections.create(connection);
    await connections.list('local');
    const renamed = { ...connection, name: 'ABC' };
    const file = path.join(root, '.membrane/connections.json');
    writeFileSync(file, JSON.stringify({ format: 1, connections: [renamed] }));
    expect(await connections.list('local')).toEqual([renamed]);
  });

  it.each([
    ['', 'is no valid JSON'],
    ['{"format": 1, "connections": [', 'is no valid JSON'],
    ['[1]', 'does not hold an object'],
    ['{}', 'does not have the expected content'],
    ['{"format": 1, "connections": {}}', 'does not have the expected content'],
    ['{"format": 1, "connections": [{"key": "x"}]}', 'does not have the expected content'],
  ])('that holds %j is refused, and left as it is', async (text, what) => {
    const { root, file } = withFile('connections.json', text);
    const corrupt = {
      code: 'store/corrupt',
      message: `"${file}" ${what}`,
      hint: `mend it by hand, or start afresh without it: mv "${file}" "${file}.broken"`,
    };
    await expect(lowdbConnections(root).list('local')).rejects.toMatchObject(corrupt);
    await expect(lowdbConnections(root).create(connection)).rejects.toMatchObject(corrupt);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('of a newer version is refused', async () => {
    const { root, file } = withFile('connections.json', '{"format": 2, "connections": []}');
    await expect(lowdbConnections(root).list('local')).rejects.toMatchObject({
      code: 'store/corrupt',
      message: `"${file}" was written by a newer version of membrane`,
      hint: 'use that version, or a newer one: npm install --global membrane@latest',
    });
  });

  it('that is a folder cannot be read', async () => {
    const { root, file } = withFile('other', '');
    const folder = path.join(path.dirname(file), 'connections.json');
    mkdirSync(folder);
    await expect(lowdbConnections(root).list('local')).rejects.toMatchObject({
      code: 'store/unavailable',
      message: `"${folder}" cannot be read (EISDIR)`,
      hint: 'check the owner and the permissions of the file and its folder',
    });
  });
});

describe('project.json', () => {
  it('holds one id, made on first demand', async () => {
    const root = tempFolder();
    const ids = timeIds(fakeClock());
    const project = openProjectId(root, ids);
    expect(await project.read()).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
    const made = await Promise.all([project.ensure(), openProjectId(root, ids).ensure(), project.ensure()]);
    expect(new Set(made).size).toBe(1);
    expect(await openProjectId(root, ids).read()).toBe(made[0]);
  });
});
