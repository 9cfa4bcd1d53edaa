import type { Command } from '../../command.js';

export const notificationShow: Command = {
  path: 'notification show',
  summary: 'show what is sent, and how it stands with each receiver of it',
  args: [{ name: 'id', summary: 'id of the notification, or its beginning' }],
  examples: ['notification show 01jd6z00'],
  async run(session, [id = '']) {
    const membrane = await session.membrane({ cached: true });
    return { data: await membrane.notifications.show(id) };
  },
};
