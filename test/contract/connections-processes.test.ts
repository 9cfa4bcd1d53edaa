import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { lowdbConnections } from '../../src/adapters/connections-lowdb.js';
import { runChild, type Child } from '../support/child.js';
import { tempFolder } from '../support/temp-folder.js';

async function create(root: string, name: string, count: number): Promise<Child> {
  const child = await runChild(path.join(import.meta.dirname, 'child-connections.ts'), [
    root,
    name,
    `${count}`,
  ]);
  expect(await child.line()).toBe('ready');
  return child;
}

describe('several processes', () => {
  it('create 100 connections each, and all are there', async () => {
    const root = tempFolder();
    const children = await Promise.all([create(root, 'a', 100), create(root, 'b', 100)]);
    const ends = await Promise.all(children.map((child) => child.ended()));
    expect(ends.map(({ code, stderr, lines }) => [code, stderr, lines.length])).toEqual([
      [0, '', 100],
      [0, '', 100],
    ]);
    const keys = (await lowdbConnections(root).list('local')).map(({ key }) => key);
    expect(keys).toEqual(ends.flatMap(({ lines }) => lines).sort());
    expect(readdirSync(path.join(root, '.membrane')).sort()).toEqual(['.gitignore', 'connections.json']);
  });
});

describe('processes that are killed', () => {
  it('lose no connection that they were told is stored, and block nobody', async () => {
    const root = tempFolder();
    const stored: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const pair = await Promise.all(['a', 'b'].map((name) => create(root, `${round}${name}`, 10_000)));
      for (const child of pair) stored.push((await child.line()) ?? '');
      await systemClock.sleep(Math.random() * 10);
      await Promise.all(pair.map((child) => child.kill()));
      for (const child of pair) stored.push(...(await child.ended()).lines);
    }
    const connections = lowdbConnections(root);
    const started = performance.now();
    expect(await connections.remove('local', stored[0] ?? '')).toBe(true);
    expect(performance.now() - started).toBeLessThan(1_000);
    const keys = new Set((await connections.list('local')).map(({ key }) => key));
    expect(stored.slice(1).filter((key) => !keys.has(key))).toEqual([]);
  });
});
