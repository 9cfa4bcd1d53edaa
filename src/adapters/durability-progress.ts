import type { Parts, RunProgress, StepState } from '../core/durability.js';
import { isObject, type JsonObject } from '../core/json.js';
import { numberSet, type NumberSet } from './number-set.js';

/** What is known of a run as a whole, kept with its steps: so nobody reads them all to go on. */
export interface Progress {
  count(group: string, state: StepState, by: 1 | -1): void;
  failed(id: string): void;
  parts(within: string, total: number, fresh: boolean): Parts;
  known(): RunProgress;
  /** All parts of the run itself are through: it will never go on. */
  isComplete(): boolean;
  toJson(): JsonObject;
}

/** How many failed steps can be found without looking for them. */
const mostFailures = 100;

interface Kept {
  readonly total: number;
  /** So many have begun: those behind were never touched. */
  begun: number;
  readonly finished: NumberSet;
}

export function openProgress(stored: JsonObject | undefined): Progress {
  const counts = new Map<string, Partial<Record<StepState, number>>>();
  for (const [group, given] of Object.entries(isObject(stored?.['counts']) ? stored['counts'] : {}))
    counts.set(group, { ...(given as Partial<Record<StepState, number>>) });
  const failures = (stored?.['failures'] ?? []) as string[];
  const kept = new Map<string, Kept>();
  for (const [within, one] of Object.entries(isObject(stored?.['parts']) ? stored['parts'] : {})) {
    const { total, begun, finished } = one as { total: number; begun: number; finished: [number, number][] };
    kept.set(within, { total, begun, finished: numberSet(finished) });
  }

  return {
    count(group, state, by) {
      let of = counts.get(group);
      if (of === undefined) counts.set(group, (of = {}));
      of[state] = (of[state] ?? 0) + by;
    },
    failed(id) {
      if (failures.length < mostFailures && !failures.includes(id)) failures.push(id);
    },
    parts(within, total, fresh) {
      const before = kept.get(within);
      const known = before ?? { total, begun: 0, finished: numberSet([]) };
      if (before === undefined && total > 0) kept.set(within, known);
      // Parts that nobody knows of, of a step that was there before, may have been closed: anything may be stored.
      const sure = fresh || before !== undefined || within === '';
      return {
        total: known.total,
        isFinished: (index) => known.finished.has(index),
        begin(index) {
          const isNew = index >= known.begun;
          known.begun = Math.max(known.begun, index + 1);
          return isNew && sure;
        },
        finish: (index) => known.finished.add(index),
        close: () => void kept.delete(within),
      };
    },
    known() {
      const own = kept.get('');
      const ranges = own?.finished.ranges() ?? [];
      return {
        counts: Object.fromEntries([...counts].map(([group, of]) => [group, { ...of }])),
        total: own?.total ?? 0,
        begun: own?.begun ?? 0,
        finished: ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0),
        failures: [...failures],
        open: [...kept.keys()].filter((within) => within !== ''),
      };
    },
    isComplete() {
      const own = kept.get('');
      const [range] = own?.finished.ranges() ?? [];
      return own !== undefined && range !== undefined && range[0] === 0 && range[1] === own.total - 1;
    },
    toJson: () => ({
      counts: Object.fromEntries([...counts].map(([group, of]) => [group, { ...of }])) as JsonObject,
      failures: [...failures],
      parts: Object.fromEntries(
        [...kept].map(([within, { total, begun, finished }]) => [
          within,
          { total, begun, finished: finished.ranges().map(([from, to]) => [from, to]) },
        ]),
      ),
    }),
  };
}
