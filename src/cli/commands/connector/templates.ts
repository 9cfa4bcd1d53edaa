import type { Command } from '../../command.js';
import { renderTable } from '../../output/table.js';

export const connectorTemplatesCommand: Command = {
  path: 'connector templates',
  summary: 'list the connectors that come with the tool',
  description: 'Copy one into the project with "membrane new connector KEY --from NAME".',
  examples: ['connector templates'],
  async run(session) {
    const { connectorTemplates } = await session.library();
    const templates = await connectorTemplates();
    return {
      data: templates,
      human: (style) =>
        renderTable(
          ['name', 'for'],
          templates.map(({ name, summary }) => [name, summary]),
          style,
        ),
    };
  },
};
