import { renderTable } from '../../output/table.js';
import type { Command } from '../../command.js';

export const connectionList: Command = {
  path: 'connection list',
  summary: 'list the connections of the tenant',
  examples: ['connection list', 'connection list --json'],
  async run(session) {
    const connections = await (await session.membrane()).connections.list();
    const rows = connections.map(({ key, integrationKey, tenantKey, state, disconnected, secrets, name }) => [
      key,
      integrationKey,
      tenantKey,
      disconnected ? 'DISCONNECTED' : state,
      secrets,
      name,
    ]);
    return {
      data: connections,
      human: (style) =>
        rows.length === 0
          ? ''
          : renderTable(['key', 'integration', 'tenant', 'state', 'secrets', 'name'], rows, style),
      ...(rows.length === 0 ? { note: 'no connections yet: membrane connect INTEGRATION' } : {}),
    };
  },
};
