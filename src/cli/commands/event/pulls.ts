import { text, type Command } from '../../command.js';
import { renderTable } from '../../output/table.js';
import { limitOf, limitOption, subscriptionOption } from './table.js';

export const eventPulls: Command = {
  path: 'event pulls',
  summary: 'list the looks that found something or failed, newest first',
  options: [subscriptionOption, limitOption],
  examples: ['event pulls', 'event pulls --limit 10'],
  async run(session, _args, options) {
    const membrane = await session.membrane({ cached: true });
    const pulls = await membrane.events.pulls({
      subscription: text(options, 'subscription'),
      limit: limitOf(options),
    });
    const rows = pulls.map(({ time, state, data }) => [
      new Date(time).toISOString(),
      state,
      String(data['name']),
      String(data['events'] ?? ''),
      String(data['records'] ?? ''),
      `${String(data['ms'])} ms`,
      messageOf(data['error']),
    ]);
    const headings = ['time', 'state', 'subscription', 'events', 'records', 'took', 'error'];
    return {
      data: pulls,
      human: (style) => (rows.length === 0 ? '' : renderTable(headings, rows, style)),
      ...(rows.length === 0 ? { note: 'no look has found something yet' } : {}),
    };
  },
};

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}
