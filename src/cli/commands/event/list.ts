import type { StoredEvent } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { limitOf, limitOption, renderEvents, subscriptionOption } from './table.js';

export const eventList: Command = {
  path: 'event list',
  summary: 'list events, newest first: those that wait, and what became of others',
  options: [
    {
      flags: '--state <state>',
      summary: 'only in this state',
      choices: ['pending', 'starting', 'dead', 'done', 'skipped', 'dropped'],
    },
    subscriptionOption,
    limitOption,
  ],
  examples: ['event list', 'event list --state dead'],
  async run(session, _args, options) {
    const membrane = await session.membrane({ cached: true });
    const events = await membrane.events.list({
      state: text(options, 'state') as StoredEvent['state'] | undefined,
      subscription: text(options, 'subscription'),
      limit: limitOf(options),
    });
    return {
      data: events,
      human: (style) => renderEvents(events, style),
      ...(events.length === 0 ? { note: 'no events' } : {}),
    };
  },
};
