import type { WatchedSubscription } from '../membrane.js';
import type { Style } from './output/style.js';
import { cut, printable, width } from './output/text.js';

export interface ViewFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When a subscription found something, by id. */
  readonly news: ReadonlyMap<string, number>;
  /** Height of the terminal. */
  readonly rows: number;
}

/** The table of `membrane watch`: no wider than the terminal, and no higher than half of it. */
export function renderWatched(
  watched: readonly WatchedSubscription[],
  { now, news, rows }: ViewFacts,
  style: Style,
): string[] {
  if (watched.length === 0) return ['', cut('nothing is watched', style.columns)];
  const most = Math.max(3, Math.floor(rows / 2) - 3);
  const first = watched.map((one) => ({ one, rank: rankOf(one, news) })).sort(byRank);
  const shown = first.slice(0, first.length > most ? most : undefined).map(({ one }) => one);
  const several = new Set(watched.map(({ tenant }) => tenant)).size > 1;
  const lines = fitted(
    shown.map((one) => cellsOf(one, several, now)),
    style,
  );
  const left = watched.length - shown.length;
  return [
    '',
    ...lines,
    ...(left === 0 ? [] : [style.color.dim(cut(`… and ${left.toLocaleString('en')} more`, style.columns))]),
  ];
}

interface Ranked {
  readonly one: WatchedSubscription;
  /** Those with higher ones stand first; those that found something have its time. */
  readonly rank: number;
}

function byRank(a: Ranked, b: Ranked): number {
  return b.rank - a.rank || (a.one.name < b.one.name ? -1 : 1);
}

/** What needs somebody stands first, then what waits, then what has found something lately. */
function rankOf(one: WatchedSubscription, news: ReadonlyMap<string, number>): number {
  if (one.error !== undefined || one.dead > 0) return Infinity;
  if (one.pending > 0) return Number.MAX_SAFE_INTEGER;
  return news.get(one.id) ?? 0;
}

const headings = ['subscription', 'last', 'next', 'events', 'pending', 'lag', 'error'] as const;

/** Where there is no room, these go first. */
const dispensable = ['last', 'events', 'next', 'lag', 'pending', 'error'] as const;

type Cells = Readonly<Record<(typeof headings)[number], string>>;

function cellsOf(one: WatchedSubscription, several: boolean, now: number): Cells {
  const { tenant, name, busy, lastAt, nextAt, events, pending, oldestAt, dead, error } = one;
  const message = error === undefined ? '' : String(error['message']);
  return {
    subscription: printable(several ? `${tenant}: ${name}` : name),
    last: lastAt === undefined ? '' : past(now - lastAt),
    next: busy ? 'looking' : nextAt === undefined ? '' : future(nextAt - now),
    events: events.toLocaleString('en'),
    pending: pending === 0 ? '' : pending.toLocaleString('en'),
    lag: oldestAt === undefined ? '' : span(Math.max(0, now - oldestAt)),
    error: printable([message, ...(dead === 0 ? [] : [`${dead} dead`])].filter(Boolean).join('; ')).replace(
      /\s+/g,
      ' ',
    ),
  };
}

/** Columns without a value are left out; what is too wide is cut: errors first, then names. */
function fitted(rows: readonly Cells[], style: Style): string[] {
  const { color, columns } = style;
  const used = headings.filter((name) => name !== 'error' || rows.some((row) => row.error !== ''));
  const widths = new Map(
    used.map((name) => [name, Math.max(...[name, ...rows.map((row) => row[name])].map(width))]),
  );
  let over = [...widths.values()].reduce((sum, one) => sum + one + 2, -2) - columns;
  for (const [name, least] of [
    ['error', 12],
    ['subscription', 16],
  ] as const) {
    const before = widths.get(name);
    if (before === undefined || over <= 0) continue;
    const after = Math.max(Math.min(least, before), before - over);
    widths.set(name, after);
    over -= before - after;
  }
  for (const name of dispensable) {
    if (over <= 0 || !used.includes(name)) continue;
    over -= (widths.get(name) ?? 0) + 2;
    used.splice(used.indexOf(name), 1);
  }
  if (over > 0) widths.set('subscription', columns);
  const line = (cell: (name: (typeof headings)[number]) => string, paint: Paint): string =>
    used
      .map((name) => {
        const text = cut(cell(name), widths.get(name) ?? 0);
        return paint(name, text) + ' '.repeat((widths.get(name) ?? 0) - width(text));
      })
      .join('  ')
      .trimEnd();
  const paintCell: Paint = (name, text) => {
    if (text === '') return text;
    if (name === 'error') return color.red(text);
    return name === 'pending' || name === 'lag' ? color.yellow(text) : text;
  };
  return [
    line(
      (name) => name.toUpperCase(),
      (_, text) => color.bold(text),
    ),
    ...rows.map((row) => line((name) => row[name], paintCell)),
  ];
}

type Paint = (name: (typeof headings)[number], text: string) => string;

function past(ms: number): string {
  return ms < 5_000 ? 'now' : `${span(ms)} ago`;
}

function future(ms: number): string {
  return ms < 5_000 ? 'now' : `in ${span(ms)}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** Rounded down; seconds to the last five, so that a line does not change all the time. */
function span(ms: number): string {
  const unit = units.find(([, size]) => ms >= size);
  if (unit !== undefined) return `${Math.floor(ms / unit[1])} ${unit[0]}`;
  return `${Math.floor(ms / 5_000) * 5} s`;
}
