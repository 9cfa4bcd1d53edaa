import { text, type Command } from '../command.js';

export const newCommand: Command = {
  path: 'new',
  summary: 'write a new element from a template',
  description:
    'The file is valid as it is written; its comments say what to change.\n' +
    'With --from, a connector is a copy of one that comes with the tool: "membrane connector templates" lists them.',
  args: [
    { name: 'kind', summary: 'action, connector, flow, …', completes: 'kinds' },
    { name: 'key', summary: 'key of the element: its name in files and commands' },
  ],
  options: [
    {
      flags: '--integration <key>',
      summary: 'on the layer of an integration',
      completes: 'element:integration',
    },
    { flags: '--connection <key>', summary: 'on the layer of a connection', completes: 'connections' },
    {
      flags: '--connector <key>',
      summary: 'the connector that an operation, a collection, … belongs to',
      completes: 'element:connector',
    },
    {
      flags: '--from <name>',
      summary: 'copy a connector that comes with the tool',
      completes: 'templates',
    },
  ],
  examples: [
    'new connector crm',
    'new connector hubspot --from hubspot',
    'new action create-contact',
    'new operation find-contact --connector crm',
  ],
  async run(session, [kind = '', key = ''], options) {
    const { newElement } = await session.library();
    const more: Record<string, string> = {};
    for (const name of ['integration', 'connection', 'connector', 'from']) {
      const value = text(options, name);
      if (value !== undefined) more[name] = value;
    }
    const { files } = await newElement({ cwd: session.cwd, kind, key, ...more });
    return {
      data: { files },
      human: () => files.map((file) => `wrote ${file}`).join('\n'),
      note:
        text(options, 'from') === undefined
          ? 'next: edit it, then membrane validate'
          : `next: read connectors/${key}/README.md, then membrane connect ${key}`,
    };
  },
};
