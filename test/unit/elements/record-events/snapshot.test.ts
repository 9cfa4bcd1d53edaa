import { expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/json.js';
import { openSnapshot, type Snapshot } from '../../../../src/elements/record-events/snapshot.js';

/** Parts as they are stored, and scans of them. */
function partsOf(): { open(): Promise<Snapshot>; store(snapshot: Snapshot): Promise<number> } {
  const stored = new Map<string, string>();
  return {
    open: () =>
      openSnapshot(async (name) => {
        const text = stored.get(name);
        return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
      }),
    async store(snapshot) {
      const changed = await snapshot.changed();
      for (const [name, part] of changed) stored.set(name, JSON.stringify(part));
      return changed.size;
    },
  };
}

async function unmetOf(snapshot: Snapshot): Promise<{ id: string; missing: boolean }[]> {
  const found: { id: string; missing: boolean }[] = [];
  for await (const one of snapshot.unmetIds()) found.push(one);
  return found;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, number) => String(number));

it('comes back from its parts, of which only those are written that have changed', async () => {
  const parts = partsOf();
  const first = await parts.open();
  expect(new Set(numbers(5000).map((id) => first.meet(id, { id })))).toEqual(new Set(['new']));
  expect(first.meet('17', { id: '17' })).toBe('repeated');
  expect(await parts.store(first)).toBe(32);
  const second = await parts.open();
  expect([second.size, second.unmet]).toEqual([5000, 5000]);
  expect([second.meet('17', { id: 'another' }), second.meet('16', { id: '16' })]).toEqual([
    'changed',
    'same',
  ]);
  second.forget('18');
  expect(await parts.store(second)).toBe(3);
  expect(await parts.store(second)).toBe(0);
  const third = await parts.open();
  expect(third.size).toBe(4999);
  expect([
    third.meet('16', { id: '16' }),
    third.meet('17', { id: 'another' }),
    third.meet('18', { id: '18' }),
  ]).toEqual(['same', 'same', 'new']);
});

it('knows which records were not met, and which were missing before', async () => {
  const parts = partsOf();
  const first = await parts.open();
  for (const id of numbers(3000)) first.meet(id, id);
  await parts.store(first);
  const second = await parts.open();
  for (const id of numbers(2998)) second.meet(id, id);
  expect((await unmetOf(second)).sort((a, b) => Number(a.id) - Number(b.id))).toEqual([
    { id: '2998', missing: false },
    { id: '2999', missing: false },
  ]);
  second.miss('2998');
  second.miss('2999');
  await parts.store(second);
  const third = await parts.open();
  for (const id of numbers(2998)) third.meet(id, id);
  expect(third.unmet).toBe(2);
  expect(third.meet('2998', '2998')).toBe('back');
  expect(await unmetOf(third)).toEqual([{ id: '2999', missing: true }]);
  third.forget('2999');
  expect([await parts.store(third), (await parts.open()).size]).toEqual([3, 2999]);
});

it('grows while a scan goes on, and knows what was stored in between', async () => {
  const parts = partsOf();
  const first = await parts.open();
  for (const id of numbers(100)) first.meet(id, id);
  await parts.store(first);
  const second = await parts.open();
  for (const id of numbers(20_000)) {
    if (id === '7') continue;
    second.meet(id, id);
    if (Number(id) % 5000 === 4999) await parts.store(second);
  }
  await parts.store(second);
  expect(await unmetOf(second)).toEqual([{ id: '7', missing: false }]);
  const third = await parts.open();
  expect([third.size, new Set(numbers(20_000).map((id) => third.meet(id, id)))]).toEqual([
    20_000,
    new Set(['same']),
  ]);
});

it('knows an empty list from none', async () => {
  const parts = partsOf();
  expect([await parts.store(await parts.open()), await parts.store(await parts.open())]).toEqual([1, 0]);
});

it('holds ids that are names of JavaScript', async () => {
  const parts = partsOf();
  const first = await parts.open();
  for (const id of ['__proto__', 'constructor', '']) first.meet(id, null);
  await parts.store(first);
  expect((await unmetOf(await parts.open())).map(({ id }) => id).sort()).toEqual([
    '',
    '__proto__',
    'constructor',
  ]);
});
