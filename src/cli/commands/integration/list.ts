import { renderTable } from '../../output/table.js';
import type { Command } from '../../command.js';

export const integrationList: Command = {
  path: 'integration list',
  summary: 'list every integration: who is connected, and what is still to be configured',
  examples: ['integration list'],
  async run(session) {
    const membrane = await session.membrane({ allowBare: true });
    const elements = await membrane.elements.list('integration');
    const facts = await Promise.all(elements.map(({ key }) => membrane.integrations.describe(key)));
    const integrations = elements.map((element, index) => ({ ...element, ...facts[index] }));
    const rows = integrations.map((one) => [
      one.key,
      one.connectorKey ?? '',
      `${one.name ?? ''}${one.off ? ' (off)' : ''}`,
      (one.connections ?? []).join(', '),
      (one.missing ?? []).join(', '),
      one.file,
    ]);
    const headings = ['key', 'connector', 'name', 'connections', 'missing', 'file'];
    return {
      data: integrations,
      human: (style) => (rows.length === 0 ? '' : renderTable(headings, rows, style)),
      ...(rows.length === 0 ? { note: 'no integration yet: membrane new integration KEY' } : {}),
    };
  },
};
