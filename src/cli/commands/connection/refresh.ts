import { relativeTime } from '../../output/time.js';
import type { Command } from '../../command.js';

export const connectionRefresh: Command = {
  path: 'connection refresh',
  summary: 'get new credentials for a connection now, although the old ones may still work',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  examples: ['connection refresh crm'],
  async run(session, [key = '']) {
    const membrane = await session.membrane();
    const connection = await session.output.progress('refreshing', membrane.connections.refresh(key));
    const { nextCredentialsRefreshAt: due } = connection;
    const next = due === undefined ? '' : `, the next time ${relativeTime(due, Date.now())}`;
    return {
      data: connection,
      human: ({ color }) => `${color.green('refreshed')} "${connection.key}"${next}`,
    };
  },
};
