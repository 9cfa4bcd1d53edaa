import type { Command } from '../../command.js';

export const connectionTest: Command = {
  path: 'connection test',
  summary: 'try the credentials of a connection',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  examples: ['connection test crm'],
  async run(session, [key = '']) {
    const membrane = await session.membrane();
    const result = await session.output.progress('testing', membrane.connections.test(key));
    return {
      data: { key, ...result },
      human: ({ color }) =>
        result.tested
          ? `${color.green('ok')}: "${key}" answers (${result.ms} ms)`
          : `the connector of "${key}" has no test request`,
    };
  },
};
