import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import { runChild } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

const entry = path.join(import.meta.dirname, 'child-links.ts');

it('the same links that two processes make at once are there once', async () => {
  const file = path.join(tempFolder(), '.membrane/state.db');
  const children = await Promise.all([1, 2].map(() => runChild(entry, [file, '300'])));
  const ends = await Promise.all(children.map((child) => child.ended()));
  const ended = { code: 0, signal: null, lines: ['ready'], stderr: '' };
  expect(ends).toEqual([ended, ended]);

  const store = await openSqliteStore({ file, synchronous: 'normal', clock: systemClock });
  onTestFinished(() => store.close());
  const drawer = store.drawer('data-links/c1/people');
  expect(await drawer.count({ tenant: 'local' })).toBe(600);
  const rows = await drawer.list({ tenant: 'local', parent: '7' });
  expect(rows.map(({ state, data }) => `${String(data['direction'])} ${state}`).sort()).toEqual([
    'export x7',
    'import x7',
  ]);
});
