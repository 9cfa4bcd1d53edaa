import { MembraneError } from '../../../core/error.js';
import type { StoredEvent, SubscriptionFacts } from '../../../membrane.js';
import { text, type Option, type Options } from '../../command.js';
import type { Style } from '../../output/style.js';
import { renderTable } from '../../output/table.js';
import { relativeTime } from '../../output/time.js';

export const limitOption: Option = { flags: '--limit <n>', summary: 'at most so many; default 50' };
export const subscriptionOption: Option = {
  flags: '--subscription <name>',
  summary: 'only of this subscription: its name, or its id',
};

export function limitOf(options: Options): number | undefined {
  const limit = text(options, 'limit');
  if (limit === undefined || /^[1-9]\d{0,6}$/.test(limit))
    return limit === undefined ? undefined : Number(limit);
  throw new MembraneError('usage/argument', `"${limit}" is no number of entries`, { hint: '--limit 50' });
}

export async function renderEvents(events: readonly StoredEvent[], style: Style): Promise<string> {
  if (events.length === 0) return '';
  const rows = events.map(({ id, time, state, name, type, record, attempts }) => [
    new Date(time).toISOString(),
    state,
    id.slice(0, 12),
    name,
    type,
    record ?? '',
    attempts === 0 ? '' : String(attempts),
  ]);
  return renderTable(['time', 'state', 'id', 'subscription', 'type', 'record', 'attempts'], rows, style);
}

export async function renderSubscriptions(
  subscriptions: readonly SubscriptionFacts[],
  style: Style,
  now: number,
): Promise<string> {
  if (subscriptions.length === 0) return '';
  const rows = subscriptions.map((one) => [
    one.name,
    one.state,
    one.method ?? one.waits.for,
    one.lastAt === undefined ? '' : relativeTime(one.lastAt, now),
    nextOf(one, now),
    String(one.events),
    one.pending === 0 ? '' : String(one.pending),
    one.dead === 0 ? '' : String(one.dead),
    one.error === undefined ? '' : String(one.error['message']),
  ]);
  const headings = ['subscription', 'state', 'by', 'last', 'next', 'events', 'pending', 'dead', 'error'];
  return renderTable(headings, rows, style);
}

function nextOf({ state, waits, method, nextAt, hook }: SubscriptionFacts, now: number): string {
  const isTold =
    waits.for === 'connector-event' || hook !== undefined || method?.endsWith('webhook') === true;
  if (state === 'active' && isTold) {
    if (hook?.byHand === true) return 'by hand';
    if (hook?.since === undefined) return 'not registered';
    return hook.expiresAt === undefined ? 'registered' : `ends ${relativeTime(hook.expiresAt, now)}`;
  }
  const isAsked = waits.for === 'records' || waits.for === 'schedule';
  return state === 'active' && isAsked ? relativeTime(Math.max(nextAt, now), now) : '';
}
