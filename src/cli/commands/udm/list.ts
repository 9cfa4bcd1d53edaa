import type { Command } from '../../command.js';
import { renderTable } from '../../output/table.js';

export const udmList: Command = {
  path: 'udm list',
  summary: 'list the universal data models',
  examples: ['udm list'],
  async run() {
    const { udmModels } = await import('../../../core/udm.js');
    const models = [...udmModels()].map(([key, { plural, fieldsSchema }]) => ({
      key,
      name: plural,
      fields: Object.keys(fieldsSchema['properties'] ?? {}),
    }));
    const rows = models.map(({ key, name, fields }) => [key, name, String(fields.length)]);
    return { data: models, human: (style) => renderTable(['key', 'name', 'fields'], rows, style) };
  },
};
