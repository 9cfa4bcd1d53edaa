import type { Command } from '../../command.js';

export const connectionShow: Command = {
  path: 'connection show',
  summary: 'show one connection, without its secrets',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  examples: ['connection show crm'],
  async run(session, [key = '']) {
    const connection = await (await session.membrane()).connections.show(key);
    const time = (ms: number) => (ms === 0 ? '–' : new Date(ms).toISOString());
    const facts = {
      ...connection,
      createdAt: time(connection.createdAt),
      updatedAt: time(connection.updatedAt),
    };
    const width = Math.max(...Object.keys(facts).map((name) => name.length));
    return {
      data: connection,
      human: ({ color }) =>
        Object.entries(facts)
          .map(
            ([name, value]) =>
              `${color.bold(name.padEnd(width))}  ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
          )
          .join('\n'),
    };
  },
};
