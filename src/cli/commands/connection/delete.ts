import { MembraneError } from '../../../core/error.js';
import { flag, type Command } from '../../command.js';

export const connectionDelete: Command = {
  path: 'connection delete',
  summary: 'forget a connection and its secrets',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  options: [{ flags: '-y, --yes', summary: 'do not ask' }],
  examples: ['connection delete crm --yes'],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane();
    const connection = await membrane.connections.show(key);
    if (!flag(options, 'yes')) {
      if (session.prompts === undefined) {
        throw new MembraneError(
          'usage/argument',
          `"${connection.key}" would be forgotten, with its secrets`,
          { hint: 'say so with --yes' },
        );
      }
      const sure = await session.prompts.confirm(
        `Forget the connection "${connection.key}" and its secrets?`,
        false,
      );
      if (!sure) return { data: { deleted: false }, human: () => '', note: 'nothing was deleted' };
    }
    await membrane.connections.remove(key);
    return { data: { deleted: true, key: connection.key }, human: () => `deleted "${connection.key}"` };
  },
};
