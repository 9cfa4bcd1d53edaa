import { expect, it } from 'vitest';
import { listOwners } from '../../../src/engine/subscription-owners.js';
import type { Subscription } from '../../../src/engine/subscription-rows.js';
import { isDue } from '../../../src/engine/watch-due.js';
import { hookWorld, onForm, submitted } from './hook-world.js';

const [now, hour] = [Date.UTC(2030, 0, 1), 3_600_000];
const subscription: Subscription = {
  id: 's',
  tenant: 'local',
  state: 'active',
  kind: 'flow',
  key: 'f',
  trigger: 'start',
  waits: { for: 'records', change: 'created' },
  createdAt: 0,
  nextAt: now + hour,
  lastAt: now - 1,
  failures: 0,
  events: 0,
};

it('looks when it is time, and when the clock was set back since the last look', () => {
  const due = (change: Partial<Subscription>) => isDue({ ...subscription, ...change }, new Set(), now);
  expect(due({})).toBe(false);
  expect(due({ nextAt: now })).toBe(true);
  expect(due({ lastAt: now + 30_000 })).toBe(false); // clocks of two machines
  expect(due({ lastAt: now + hour, nextAt: now + 2 * hour })).toBe(true);
});

it('asks once for each connection what was set for it, however many elements there are', async () => {
  const flows = ['a', 'b', 'c', 'd'].map((key) => [`flows/${key}.yaml`, onForm()]);
  const { engine, connectTo } = await hookWorld({
    'connectors/crm/events/submitted.yaml': submitted,
    ...Object.fromEntries(flows),
  });
  await connectTo();
  await connectTo(undefined, { key: 'two' });
  const store = await engine.ports.store();
  const drawer = store.drawer('instances');
  const { list } = drawer;
  let asked = 0;
  drawer.list = (query) => {
    asked += 1;
    return list(query);
  };
  expect((await listOwners(engine)).length).toBe(8);
  expect(asked).toBe(2);
});
