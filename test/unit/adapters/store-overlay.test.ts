import { expect, it } from 'vitest';
import { overlayStore } from '../../../src/adapters/store-overlay.js';
import { fakeClock, memoryStore } from '../../support/memory-ports.js';

const row = (id: string, parent?: string) => ({
  id,
  tenant: 'local',
  time: 1,
  data: {},
  ...(parent === undefined ? {} : { parent }),
});

function overlay() {
  const clock = fakeClock();
  const [below, above] = [memoryStore(clock), memoryStore(clock)];
  const through = {
    drawer: (name: string) => name === 'real',
    lock: (name: string) => name.startsWith('real/'),
  };
  return { below, store: overlayStore({ below: async () => below, above, through }) };
}

it('writes under a lock of the store below, which that guards where it is written to', async () => {
  const { below, store } = overlay();
  await below.lock('taken');
  const guard = await store.lock('real/one');
  await store.write(
    [
      { drawer: 'real', put: [row('a')] },
      { drawer: 'tried', put: [row('b')] },
    ],
    { guard },
  );
  await store.drawer('tried').put(row('c'), { guard });
  await store.drawer('tried').remove('local', ['b'], { guard });
  expect((await store.drawer('tried').list({})).map(({ id }) => id)).toEqual(['c']);
  expect((await below.drawer('real').list({})).map(({ id }) => id)).toEqual(['a']);
  expect(await below.drawer('tried').count({})).toBe(0);
  await guard.release();
  await expect(store.drawer('real').put(row('d'), { guard })).rejects.toMatchObject({ code: 'store/fence' });
});

it('knows the parents of what is there and of what was written, and of nothing that was removed', async () => {
  const { below, store } = overlay();
  await below.drawer('tried').put([row('a', 'p'), row('b', 'q')]);
  expect(await store.drawer('tried').parents()).toEqual(['p', 'q']);
  await store.drawer('tried').put(row('c', 'r'));
  await store.drawer('tried').remove('local', ['a']);
  expect(await store.drawer('tried').parents()).toEqual(['q', 'r']);
});
