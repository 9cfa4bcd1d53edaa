import { text, type Command } from '../../command.js';

export const connectionRename: Command = {
  path: 'connection rename',
  summary: 'give a connection another key; its id and its secrets stay',
  args: [
    { name: 'key', summary: 'key or id', completes: 'connections' },
    { name: 'newkey', summary: 'the key that it gets' },
  ],
  options: [{ flags: '--name <name>', summary: 'what people call it' }],
  examples: ['connection rename crm acme-crm', 'connection rename crm acme-crm --name "Acme Inc."'],
  async run(session, [key = '', to = ''], options) {
    const { connections } = await session.membrane();
    const before = await connections.show(key);
    const { connection, orphans } = await connections.rename(before.id, {
      key: to,
      name: text(options, 'name'),
    });
    for (const orphan of orphans) {
      session.output.note(`${orphan} is written for the old key: it applies no more`);
    }
    return {
      data: { ...connection, orphans },
      human: ({ color }) => `${color.green('renamed')} "${before.key}" to "${connection.key}"`,
    };
  },
};
