import { renderTable } from '../../output/table.js';
import { relativeTime } from '../../output/time.js';
import type { Command } from '../../command.js';

export const connectionList: Command = {
  path: 'connection list',
  summary: 'list the connections of the tenant',
  examples: ['connection list', 'connection list --json'],
  async run(session) {
    const connections = await (await session.membrane()).connections.details();
    const now = Date.now();
    const when = (time: number | undefined) => (time === undefined ? '' : relativeTime(time, now));
    const rows = connections.map((one) => [
      one.key,
      one.integrationKey,
      one.tenantKey,
      one.state,
      one.secrets,
      when(one.nextCredentialsRefreshAt),
      when(one.lastActiveAt),
      one.name,
    ]);
    const headings = ['key', 'integration', 'tenant', 'state', 'secrets', 'refresh', 'last used', 'name'];
    return {
      data: connections,
      human: (style) => (rows.length === 0 ? '' : renderTable(headings, rows, style)),
      ...(rows.length === 0 ? { note: 'no connections yet: membrane connect INTEGRATION' } : {}),
    };
  },
};
