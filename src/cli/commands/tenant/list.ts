import { renderTable } from '../../output/table.js';
import type { Command } from '../../command.js';

export const tenantList: Command = {
  path: 'tenant list',
  summary: 'list the tenants',
  examples: ['tenant list'],
  async run(session) {
    const tenants = await (await session.membrane()).tenants.list();
    const rows = tenants.map(({ key, name, current }) => [current ? '*' : '', key, name]);
    return { data: tenants, human: (style) => renderTable(['', 'key', 'name'], rows, style) };
  },
};
