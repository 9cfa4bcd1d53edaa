import type { Command } from '../../command.js';

const ids = { name: 'ids', summary: 'ids of notifications, or their beginnings', many: true };

export const notificationRetry: Command = {
  path: 'notification retry',
  summary: 'send notifications again, now; all dead ones unless some are named',
  args: [{ ...ids, optional: true }],
  examples: ['notification retry', 'notification retry 01jd6z00'],
  async run(session, named) {
    const membrane = await session.membrane({ cached: true });
    const retried = await session.output.progress('sending', membrane.notifications.retry(named));
    const { count, done, waiting } = retried;
    const rest = waiting === 0 ? '' : `; ${waiting} could not be sent yet, and "membrane watch" goes on`;
    return {
      data: retried,
      human: () => '',
      note: count === 0 ? 'no dead notifications' : `${done} of ${count} sent${rest}`,
      exit: waiting === 0 ? 0 : 1,
    };
  },
};

export const notificationDrop: Command = {
  path: 'notification drop',
  summary: 'never send notifications',
  args: [ids],
  examples: ['notification drop 01jd6z00'],
  async run(session, named) {
    const membrane = await session.membrane({ cached: true });
    const count = await membrane.notifications.drop(named);
    return {
      data: { count },
      human: () => '',
      note: `${count} ${count === 1 ? 'notification' : 'notifications'} will not be sent`,
    };
  },
};
