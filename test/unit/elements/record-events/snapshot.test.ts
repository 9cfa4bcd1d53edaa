import { expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/json.js';
import { openSnapshot } from '../../../../src/elements/record-events/snapshot.js';

it('comes back from its parts, of which only those are written that have changed', () => {
  const stored = new Map<string, JsonObject>();
  const store = (changed: Map<string, JsonObject | null>): number => {
    for (const [name, part] of changed) if (part !== null) stored.set(name, part);
    return changed.size;
  };
  const first = openSnapshot(stored);
  for (let id = 0; id < 5000; id += 1) first.set(String(id), `text ${id}`);
  expect(store(first.changed())).toBe(16);
  const second = openSnapshot(stored);
  expect(second.size).toBe(5000);
  second.set('17', 'another text');
  second.delete('18');
  expect(store(second.changed())).toBeLessThanOrEqual(2);
  expect(store(second.changed())).toBe(0);
  const third = openSnapshot(stored);
  expect([third.size, third.get('16'), third.get('17'), third.get('18')]).toEqual([
    4999,
    'text 16',
    'another text',
    undefined,
  ]);
  expect(new Set(third.ids()).size).toBe(4999);
});

it('holds ids that are names of JavaScript', () => {
  const snapshot = openSnapshot(new Map());
  for (const id of ['__proto__', 'constructor', '']) snapshot.set(id, 'x');
  const again = openSnapshot(snapshot.changed() as Map<string, JsonObject>);
  expect([...again.ids()].sort()).toEqual(['', '__proto__', 'constructor']);
});
