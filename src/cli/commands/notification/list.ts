import type { StoredNotification } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { renderTable } from '../../output/table.js';
import { relativeTime } from '../../output/time.js';
import { limitOf, limitOption } from '../event/table.js';

export const notificationList: Command = {
  path: 'notification list',
  summary: 'list notifications, newest first: those that wait, and what became of others',
  options: [
    {
      flags: '--state <state>',
      summary: 'only in this state',
      choices: ['pending', 'dead', 'done', 'dropped', 'held'],
    },
    limitOption,
  ],
  examples: ['notification list', 'notification list --state dead'],
  async run(session, _args, options) {
    const membrane = await session.membrane({ cached: true });
    const found = await membrane.notifications.list({
      state: text(options, 'state') as StoredNotification['state'] | undefined,
      limit: limitOf(options),
    });
    const headings = ['time', 'state', 'id', 'event', 'to', 'attempts', 'next', 'error'];
    const rows = found.map(({ time, state, id, eventType, to, attempts, tryAt, error }) => [
      new Date(time).toISOString(),
      state,
      id,
      eventType,
      to,
      attempts === 0 ? '' : String(attempts),
      tryAt === undefined ? '' : relativeTime(tryAt, Date.now()),
      error === undefined ? '' : String(error['message']),
    ]);
    return {
      data: found,
      human: (style) => (rows.length === 0 ? '' : renderTable(headings, rows, style)),
      ...(rows.length === 0 ? { note: 'no notifications' } : {}),
    };
  },
};
