import { renderTable } from '../../output/table.js';
import type { Command } from '../../command.js';
import { parameterRows, parameterHeadings } from '../../connector-parameters.js';

export const integrationShow: Command = {
  path: 'integration show',
  summary: 'show one integration: its files, its connections, and where its parameters come from',
  args: [{ name: 'key', summary: 'key of the integration', completes: 'element:integration' }],
  examples: ['integration show KEY'],
  async run(session, [key = '']) {
    const membrane = await session.membrane({ allowBare: true });
    const element = await membrane.elements.show('integration', key);
    const facts = await membrane.integrations.describe(key);
    const { connectorKey, connections, missing, parameters } = facts;
    return {
      data: { ...element, connectorKey, connections, missing, parameters },
      human: async (style) => {
        const { bold } = style.color;
        const lines = [
          ...element.layers.map(({ layer, files }) => `${bold(layer.padEnd(12))}${files.join(', ')}`),
          `${bold('connector'.padEnd(12))}${connectorKey ?? ''}`,
          `${bold('connections'.padEnd(12))}${connections.join(', ') || 'none'}`,
          ...(Object.keys(element.value).length === 0 ? [] : [JSON.stringify(element.value, null, 2)]),
        ].map((line) => line.trimEnd());
        const table = await renderTable(parameterHeadings, parameterRows(parameters), style);
        return [bold(element.ref), ...lines, ...(parameters.length === 0 ? [] : ['', table])].join('\n');
      },
    };
  },
};
