import type { Alert } from '../../../membrane.js';
import { flag, type Command, type Options } from '../../command.js';
import { renderTable } from '../../output/table.js';
import type { Session } from '../../session.js';
import { limitOf, limitOption } from '../event/table.js';

const listing: Omit<Command, 'path' | 'examples'> = {
  summary: 'list what is wrong, newest first: connections, flows, events, receivers',
  options: [{ flags: '--all', summary: 'also what is over' }, limitOption],
  run: list,
};

export const alertList: Command = {
  ...listing,
  path: 'alert list',
  examples: ['alert list', 'alert list --all'],
};
export const alertsCommand: Command = { ...listing, path: 'alerts', examples: ['alerts'] };

async function list(session: Session, _args: readonly string[], options: Options) {
  const membrane = await session.membrane();
  const alerts = await membrane.alerts.list({ all: flag(options, 'all'), limit: limitOf(options) });
  const headings = ['since', 'state', 'severity', 'id', 'type', 'what is wrong'];
  return {
    data: alerts,
    human: (style: Parameters<typeof renderTable>[2]) =>
      alerts.length === 0 ? '' : renderTable(headings, alerts.map(rowOf), style),
    ...(alerts.length === 0 ? { note: 'no alerts' } : {}),
  };
}

function rowOf({ createdAt, status, severity, id, type, description }: Alert): string[] {
  return [new Date(createdAt).toISOString(), status, severity, id, type, description];
}
