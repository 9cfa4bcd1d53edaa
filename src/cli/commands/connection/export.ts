import type { Command } from '../../command.js';

export const connectionExport: Command = {
  path: 'connection export',
  summary: 'print connections as JSON, without their secrets, to make them elsewhere',
  args: [
    {
      name: 'keys',
      summary: 'keys or ids; default: all',
      optional: true,
      many: true,
      completes: 'connections',
    },
  ],
  examples: ['connection export', 'connection export crm'],
  async run(session, keys) {
    const file = await (await session.membrane()).connections.export(keys);
    return { data: file, human: () => JSON.stringify(file, null, 2) };
  },
};
