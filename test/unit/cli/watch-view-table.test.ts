import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import type { Style } from '../../../src/cli/output/style.js';
import { renderWatched } from '../../../src/cli/watch-view-table.js';
import type { WatchedSubscription } from '../../../src/membrane.js';

const now = Date.UTC(2030, 0, 1);
const style = (columns: number): Style => ({ color: new Chalk({ level: 0 }), terminal: true, columns });

const one = (name: string, more: Partial<WatchedSubscription> = {}): WatchedSubscription => ({
  id: name,
  tenant: 'local',
  name,
  by: 'full-scan',
  busy: false,
  lastAt: now - 62_000,
  nextAt: now + 47_000,
  events: 12,
  pending: 0,
  dead: 0,
  ...more,
});

const several = [
  one('flow/quiet/start#crm', { lastAt: undefined, nextAt: undefined, events: 0 } as never),
  one('flow/news/start#crm', { events: 1234 }),
  one('flow/late/start#crm', { pending: 3, oldestAt: now - 125_000, busy: true }),
  one('flow/broken/start#crm', { error: { message: 'crm.example.com answered 503' }, dead: 2 }),
];

const render = (
  watched: readonly WatchedSubscription[],
  columns: number,
  rows = 40,
  news = new Map<string, number>(),
): string[] => renderWatched(watched, { now, news, rows }, style(columns));

describe('the table of watch', () => {
  it('shows first what needs somebody, then what waits, then news', () => {
    expect(render(several, 120, 40, new Map([['flow/news/start#crm', now - 1]]))).toEqual([
      '',
      'SUBSCRIPTION           LAST       NEXT     EVENTS  PENDING  LAG    ERROR',
      'flow/broken/start#crm  1 min ago  in 45 s  12                      crm.example.com answered 503; 2 dead',
      'flow/late/start#crm    1 min ago  looking  12      3        2 min',
      'flow/news/start#crm    1 min ago  in 45 s  1,234',
      'flow/quiet/start#crm                       0',
    ]);
  });

  it('is never wider than the terminal', () => {
    expect(render(several, 78)).toEqual([
      '',
      'SUBSCRIPTION          LAST       NEXT     EVENTS  PENDING  LAG    ERROR',
      'flow/broken/start#c…  1 min ago  in 45 s  12                      crm.example…',
      'flow/late/start#crm   1 min ago  looking  12      3        2 min',
      'flow/news/start#crm   1 min ago  in 45 s  1,234',
      'flow/quiet/start#crm                      0',
    ]);
    for (const columns of [100, 78, 60, 40, 20, 10, 4])
      expect(render(several, columns).every((line) => line.length <= columns)).toBe(true);
  });

  it('is no higher than half of the terminal', () => {
    const many = Array.from({ length: 40 }, (_, index) => one(`flow/f${String(index).padStart(2, '0')}`));
    const loud = one('flow/z', { error: { message: 'it broke' } });
    expect(render([...many, loud], 66, 12)).toEqual([
      '',
      'SUBSCRIPTION  LAST       NEXT     EVENTS  PENDING  LAG  ERROR',
      'flow/z        1 min ago  in 45 s  12                    it broke',
      'flow/f00      1 min ago  in 45 s  12',
      'flow/f01      1 min ago  in 45 s  12',
      '… and 38 more',
    ]);
  });

  it('names tenants where there are several, and shows text as text', () => {
    const odd = one('flow/a', { tenant: 'acme', error: { message: 'a\u001B[2Jb\nc' } });
    expect(render([one('flow/a'), odd], 80).slice(2)).toEqual([
      'acme: flow/a   1 min ago  in 45 s  12                    a\uFFFD[2Jb c',
      'local: flow/a  1 min ago  in 45 s  12',
    ]);
    expect(render([], 80)).toEqual(['', 'nothing is watched']);
  });
});
