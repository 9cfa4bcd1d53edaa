/** Compares what happened to the items with what the app was told. */
import type { Api, Delivered } from './api.js';

export interface Verdict {
  expected: number;
  lost: number;
  /** Deliveries with an id that was there before. */
  repeatedSameId: number;
  /** Deliveries of what was delivered before, with another id; and of what never happened. */
  doubled: number;
}

type Change = 'created' | 'updated' | 'deleted';

/** What an app has to be told at least: of items that came to be and went between two looks, nothing can be known. */
export function judge(
  changes: Api['changes'],
  delivered: readonly Delivered[],
  change: Change,
  mayMiss: (type: Change, id: string) => boolean = () => false,
): Verdict {
  const verdict: Verdict = { expected: 0, lost: 0, repeatedSameId: 0, doubled: 0 };
  const wanted = new Map<string, number>();
  const last = new Map<string, { type: string; n: number }>();
  for (const { type, item } of changes) last.set(item.id, { type, n: item.n });
  const happened = changes.filter(({ type }) => type === change);
  for (const { item } of happened) {
    const now = last.get(item.id);
    const isGone = now?.type === 'deleted' && change !== 'deleted';
    // Of several changes the last one counts: a look sees what is there.
    if (isGone || mayMiss(change, item.id)) continue;
    wanted.set(item.id, item.n);
  }
  const ids = new Set<string>();
  const told = new Map<string, Set<string>>();
  for (const { event, record, n } of delivered) {
    if (ids.has(event)) {
      verdict.repeatedSameId += 1;
      continue;
    }
    ids.add(event);
    const content = change === 'deleted' ? `${event}` : String(n);
    const known = told.get(record) ?? new Set();
    if (change !== 'deleted' && known.has(content)) verdict.doubled += 1;
    told.set(record, known.add(content));
    const times = happened.filter(({ item }) => item.id === record).length;
    if (!changes.some(({ item }) => item.id === record)) verdict.doubled += 1;
    else if (change === 'deleted' && known.size > times) verdict.doubled += 1;
  }
  for (const [id, n] of wanted) {
    verdict.expected += 1;
    const known = told.get(id);
    const isThere = change === 'updated' ? known?.has(String(n)) === true : (known?.size ?? 0) > 0;
    if (!isThere) verdict.lost += 1;
  }
  return verdict;
}

export function add(to: Verdict, more: Verdict): void {
  to.expected += more.expected;
  to.lost += more.lost;
  to.repeatedSameId += more.repeatedSameId;
  to.doubled += more.doubled;
}
