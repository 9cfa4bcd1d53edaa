import { MembraneError } from '../../core/error.js';
import { didYouMean } from '../../core/nearest.js';
import type { LogEntry, LogQuery, Membrane } from '../../membrane.js';
import { renderTable } from '../output/table.js';
import { text, type Command, type Options } from '../command.js';

export const logs: Command = {
  path: 'logs',
  summary: 'list runs, requests and connection attempts, newest first',
  options: [
    {
      flags: '--type <type>',
      summary: 'only this sort',
      choices: ['action-run', 'request', 'connection-attempt'],
    },
    {
      flags: '--state <state>',
      summary: 'only in this state',
      choices: ['running', 'completed', 'failed', 'ok'],
    },
    { flags: '--run <id>', summary: 'only what this run, or this connection, caused' },
    { flags: '--since <time>', summary: 'only since then: 10m, 2h, 3d, or a date' },
    { flags: '--limit <n>', summary: 'at most so many; default 50' },
  ],
  examples: ['logs', 'logs --state failed --since 2h', 'logs --type request --limit 10'],
  async run(session, _args, options) {
    const membrane = await session.membrane();
    const parent = await causeOf(membrane, text(options, 'run'));
    const entries = await membrane.logs.list({ ...queryOf(options, Date.now()), parent });
    const rows = entries.map((entry) => [
      new Date(entry.time).toISOString(),
      entry.type,
      entry.state ?? '',
      entry.id,
      about(entry),
    ]);
    return {
      data: entries,
      human: (style) =>
        rows.length === 0 ? '' : renderTable(['time', 'type', 'state', 'id', 'what'], rows, style),
      ...(rows.length === 0 ? { note: 'nothing is logged' } : {}),
    };
  },
};

/** The id of a run, or of the connection that has it as its key. */
async function causeOf(membrane: Membrane, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || /^[0-9a-z]{26}$/.test(given)) return given;
  const connections = await membrane.connections.list();
  const found = connections.find(({ key, id }) => key === given || id === given);
  if (found !== undefined) return found.id;
  const keys = connections.map(({ key }) => key);
  throw new MembraneError('usage/argument', `"${given}" is neither the id of a run nor a connection`, {
    hint: didYouMean(given, keys) ?? 'ids are in the list: membrane logs',
  });
}

function queryOf(options: Options, now: number): LogQuery {
  const limit = text(options, 'limit');
  if (limit !== undefined && !/^[1-9]\d*$/.test(limit)) {
    throw new MembraneError('usage/argument', `"${limit}" is no number of entries`, { hint: '--limit 50' });
  }
  const since = text(options, 'since');
  return {
    type: text(options, 'type') as LogQuery['type'],
    state: text(options, 'state'),
    ...(since === undefined ? {} : { since: timeOf(since, now) }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

function timeOf(written: string, now: number): number {
  const span = /^(\d+)(s|m|h|d)$/.exec(written);
  if (span !== null)
    return now - Number(span[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[span[2] as 's'] * 1000);
  const time = Date.parse(written);
  if (!Number.isNaN(time)) return time;
  throw new MembraneError('usage/argument', `"${written}" is no time`, {
    hint: '10m, 2h, 3d, or a date: 2026-01-31',
  });
}

function about({ data }: LogEntry): string {
  if (typeof data['ref'] === 'string') return data['ref'];
  if (typeof data['url'] === 'string')
    return `${String(data['method'])} ${data['url']} ${String(data['status'] ?? data['code'] ?? '')}`.trim();
  return [data['action'], data['connection']].filter((word) => typeof word === 'string').join(' ');
}
