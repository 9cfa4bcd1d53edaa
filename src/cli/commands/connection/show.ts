import type { ConnectionDetails, LogEntry } from '../../../membrane.js';
import { fullTime } from '../../output/time.js';
import type { Command } from '../../command.js';

export const connectionShow: Command = {
  path: 'connection show',
  summary: 'show one connection, without its secrets, and what was tried with it last',
  args: [{ name: 'key', summary: 'key or id', completes: 'connections' }],
  examples: ['connection show crm'],
  async run(session, [key = '']) {
    const shown = await (await session.membrane()).connections.describe(key);
    const facts = factsOf(shown, Date.now());
    const width = Math.max(...facts.map(([name]) => name.length));
    return {
      data: shown,
      human: ({ color }) =>
        facts.map(([name, value]) => `${color.bold(name.padEnd(width))}  ${value}`).join('\n'),
    };
  },
};

function factsOf(
  { attempts, ...connection }: ConnectionDetails & { readonly attempts: readonly LogEntry[] },
  now: number,
): (readonly [string, string])[] {
  const fields = Object.entries(connection).map(([name, value]) => {
    if (name === 'error') return [name, `${connection.error?.message} (${connection.error?.code})`] as const;
    if (!name.endsWith('At')) return [name, String(value)] as const;
    return [name, value === 0 ? '–' : fullTime(Number(value), now)] as const;
  });
  const tried = attempts.map((entry) => ['attempt', attemptLine(entry, now)] as const);
  return [...fields, ...tried];
}

function attemptLine({ time, state, data }: LogEntry, now: number): string {
  const { error } = data as { error?: { code?: string; message?: string } };
  const outcome = error === undefined ? state : `${state}: ${error.message} (${error.code})`;
  return `${fullTime(time, now)}  ${String(data['action'] ?? 'connect')}  ${outcome}`;
}
