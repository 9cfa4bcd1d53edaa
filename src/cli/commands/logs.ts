import { MembraneError } from '../../core/error.js';
import { logTypeNames } from '../../core/log-type-names.js';
import { didYouMean } from '../../core/nearest.js';
import type { LogEntry, LogQuery, Membrane } from '../../membrane.js';
import { flag, text, type Command, type Options } from '../command.js';
import { renderTable } from '../output/table.js';
import type { Session } from '../session.js';
import { timeOf } from '../time-argument.js';

export const logs: Command = {
  path: 'logs',
  summary: 'list runs, requests, events, webhooks, notifications and connection attempts, newest first',
  options: [
    {
      flags: '--type <type>',
      summary: `only this sort: ${logTypeNames.join(', ')}`,
      completes: 'log-types',
    },
    { flags: '--state <state>', summary: 'only in this state: running, completed, failed, ok, dead, …' },
    {
      flags: '--parent <id>',
      summary: 'only what this run, node run, event, connection or subscription caused',
    },
    { flags: '--since <time>', summary: 'only since then: 10m, 2h, 3d, or a date' },
    { flags: '--limit <n>', summary: 'at most so many; default 50' },
    { flags: '--follow', summary: 'go on, with a line for each new entry, until Ctrl-C' },
  ],
  formats: ['ndjson'],
  examples: ['logs', 'logs --state failed --since 2h', 'logs --type request --limit 10', 'logs --follow'],
  async run(session, _args, options) {
    const membrane = await session.membrane();
    const parent = await causeOf(membrane, text(options, 'parent'));
    const query = { ...queryOf(options, Date.now()), parent };
    if (flag(options, 'follow')) return follow(session, membrane, query, options);
    const entries = await membrane.logs.list(query);
    if (text(options, 'format') === 'ndjson') {
      return { data: entries, human: () => entries.map((entry) => JSON.stringify(entry)).join('\n') };
    }
    const rows = entries.map((entry) => [
      new Date(entry.time).toISOString(),
      entry.type,
      entry.state ?? '',
      entry.id,
      entry.about,
    ]);
    return {
      data: entries,
      human: (style) =>
        rows.length === 0 ? '' : renderTable(['time', 'type', 'state', 'id', 'what'], rows, style),
      ...(rows.length === 0 ? { note: 'nothing is logged' } : {}),
    };
  },
};

async function follow(
  session: Session,
  membrane: Membrane,
  query: LogQuery,
  options: Options,
): Promise<never> {
  const isJson = ['json', 'ndjson'].includes(text(options, 'format') ?? '');
  async function* lines(): AsyncGenerator<string> {
    for await (const entry of membrane.logs.follow(query, { signal: session.signal }))
      yield `${isJson ? JSON.stringify(entry) : lineOf(entry)}\n`;
  }
  await session.output.stream(lines());
  session.signal.throwIfAborted();
  throw new MembraneError('usage/argument', 'nobody reads what is followed any more');
}

function lineOf({ time, type, state = '', id, about }: LogEntry): string {
  return `${new Date(time).toISOString()}  ${type.padEnd(18)}  ${state.padEnd(11)}  ${id}  ${about}`;
}

/** What can be the id of something that is logged: of a run, of an event, or of a node run. */
const anId = /^(?:[0-9a-z]{26}|[0-9a-f]{40,64}|[0-9a-z]{26}\/.+)$/;

/** The id of what is meant: of a connection by its key, of a subscription by its name. */
async function causeOf(membrane: Membrane, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || anId.test(given)) return given;
  const connections = await membrane.connections.list();
  const found = connections.find(({ key, id }) => key === given || id === given);
  if (found !== undefined) return found.id;
  const subscriptions = await membrane.subscriptions.list();
  const subscription = subscriptions.find(({ id, name }) => id === given || name === given);
  if (subscription !== undefined) return subscription.id;
  const names = [...connections.map(({ key }) => key), ...subscriptions.map(({ name }) => name)];
  const message = `"${given}" is no id, no connection and no subscription`;
  throw new MembraneError('usage/argument', message, {
    hint: didYouMean(given, names) ?? 'ids are in the list: membrane logs',
  });
}

function queryOf(options: Options, now: number): LogQuery {
  const limit = text(options, 'limit');
  if (limit !== undefined && !/^[1-9]\d*$/.test(limit)) {
    throw new MembraneError('usage/argument', `"${limit}" is no number of entries`, { hint: '--limit 50' });
  }
  const since = text(options, 'since');
  return {
    type: text(options, 'type'),
    state: text(options, 'state'),
    ...(since === undefined ? {} : { since: timeOf(since, now) }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}
