import type { Membrane } from '../../../membrane.js';
import type { Command } from '../../command.js';

export const eventRetry = changing({
  word: 'retry',
  summary: 'deliver events again that could not be delivered; all of them unless some are named',
  optional: true,
  done: 'will be delivered again by "membrane watch"',
  change: (membrane, ids) => membrane.events.retry(ids),
});
export const eventDrop = changing({
  word: 'drop',
  summary: 'never deliver events',
  optional: false,
  done: 'will not be delivered',
  change: (membrane, ids) => membrane.events.drop(ids),
});

interface Change {
  readonly word: string;
  readonly summary: string;
  /** Without ids all are meant that can be. */
  readonly optional: boolean;
  readonly done: string;
  readonly change: (membrane: Membrane, ids: readonly string[]) => Promise<number>;
}

function changing({ word, summary, optional, done, change }: Change): Command {
  return {
    path: `event ${word}`,
    summary,
    args: [
      {
        name: 'ids',
        summary: 'ids of events, or their beginnings',
        many: true,
        ...(optional ? { optional } : {}),
      },
    ],
    examples: [`event ${word} 44abd36033bb`, ...(optional ? [`event ${word}`] : [])],
    async run(session, ids) {
      const membrane = await session.membrane({ cached: true });
      const count = await change(membrane, ids);
      return {
        data: { count },
        human: () => '',
        note: `${count} ${count === 1 ? 'event' : 'events'} ${done}${othersOf(ids, count)}`,
      };
    },
  };
}

/** Those that were named, and to which it does not apply. */
function othersOf(ids: readonly string[], count: number): string {
  const left = ids.length - count;
  if (left <= 0) return '';
  const [first = ''] = ids;
  return `; ${left === 1 ? 'one is' : `${left} are`} in no state for that: membrane event why ${ids.length === 1 ? first : 'ID'}`;
}
