import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Row } from '../../../src/core/ports.js';
import { drawers } from '../../../src/engine/drawers.js';
import { applyRetention } from '../../../src/engine/retention.js';
import { openWiring } from '../../../src/wiring.js';
import { world } from './world.js';

const source = path.resolve(import.meta.dirname, '../../../src');

/** The names of drawers as the source writes them; those that are made of others end with `/`. */
function namesInSource(): string[] {
  const files = ['engine', 'elements', 'adapters'].flatMap((folder) =>
    readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(source, folder, file), 'utf8')),
  );
  const written = /\bdrawer\('([^']+)'\)|\b\w*[dD]rawer(?:Name)? = '([^']+)'|\bdrawer: '([^']+)'/g;
  const made = /\bdrawer\(`([^`$]+)\$|\bdrawerName\([^)]*\)(?:: string)? \{\s*return `([^`$]+)\$/g;
  const found = files.flatMap((text) => [...text.matchAll(written), ...text.matchAll(made)]);
  return [...new Set(found.map((match) => match.slice(1).find((name) => name !== undefined) ?? ''))].sort();
}

it('of every drawer is said what becomes of its rows', () => {
  expect(namesInSource()).toEqual(Object.keys(drawers).sort());
});

it('what is over goes by age, and by number; what waits, and what says how things stand, stays', async () => {
  const { root, ports, clock } = await world({ 'membrane.yaml': 'retention: {days: 30, runs: 3}\n' });
  const { engine, close } = await openWiring({ cwd: root, ports });
  const store = await ports.store();
  const row = (id: string, days: number): Row => ({
    id,
    tenant: 'local',
    time: clock.now() - days * 86_400_000,
    state: 'pending',
    data: {},
  });
  const names = Object.entries(drawers).filter(([, life]) => life !== 'with-run');
  for (const [name] of names)
    await store.drawer(name).put([row('a', 1), row('b', 2), row('c', 3), row('d', 4), row('e', 31)]);
  await applyRetention(engine);
  const left = await Promise.all(
    names.map(async ([name]) => (await store.drawer(name).list({})).map(({ id }) => id)),
  );
  const expected = names.map(([name, life]) => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    if (name === 'maintenance') return ['retention', ...all];
    return life === 'aged' ? all.slice(0, 3) : all;
  });
  expect(left).toEqual(expected);
  await store.drawer('maintenance').remove('local', ['retention']);
  await store.drawer('request').put(row('old', 31));
  await applyRetention(engine);
  expect((await store.drawer('request').list({})).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  await close();
});
