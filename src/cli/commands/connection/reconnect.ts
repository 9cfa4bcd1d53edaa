import { connectOptions, runConnect } from '../connect.js';
import type { Command } from '../../command.js';

export const connectionReconnect: Command = {
  path: 'connection reconnect',
  summary: 'connect the account of a connection again; its id stays',
  description: 'The same as "connect INTEGRATION --key KEY --reconnect".',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  options: connectOptions.filter(({ flags }) => !/^--(key|reconnect)\b/.test(flags)),
  examples: ['connection reconnect crm', 'connection reconnect crm --input -'],
  async run(session, [key = ''], options) {
    const connection = await (await session.membrane()).connections.show(key);
    return runConnect(session, connection.integrationKey, {
      ...options,
      key: connection.key,
      reconnect: true,
    });
  },
};
