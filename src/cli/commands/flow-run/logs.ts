import type { NodeRunFacts } from '../../../membrane.js';
import { text, type Command, type Options } from '../../command.js';
import type { Session } from '../../session.js';

const states = ['running', 'completed', 'failed', 'skipped', 'interrupted'] as const;

export const flowRunLogs: Command = {
  path: 'flow-run logs',
  summary: 'list the node runs of a run, oldest first',
  description:
    'Node runs inside of a for-each come after it. ndjson has their outputs, and is written as they are read.',
  args: [{ name: 'id', summary: 'id of the run, or its beginning' }],
  options: [
    { flags: '--node <key>', summary: 'only runs of this node' },
    { flags: '--state <state>', summary: 'only in this state', choices: states },
  ],
  formats: ['ndjson'],
  examples: [
    'flow-run logs 01jd0000000000000000000000 --state failed',
    'flow-run logs 01jd0000000000000000000000 --format ndjson',
  ],
  async run(session, [id = ''], options) {
    const { runs } = (await session.membrane()).flows;
    const state = states.find((one) => one === text(options, 'state'));
    const found = runs.nodes(id, { node: text(options, 'node'), state });
    return listed(session, options, found, (one) => lineOf(one));
  },
};

/** Prints node runs as they are read, or all in one document. */
async function listed(
  session: Session,
  options: Options,
  found: AsyncIterable<NodeRunFacts>,
  line: (one: NodeRunFacts) => string,
) {
  const format = text(options, 'format');
  if (format === 'json') {
    const all: NodeRunFacts[] = [];
    for await (const one of found) all.push(one);
    return { data: all };
  }
  async function* lines(): AsyncGenerator<string> {
    for await (const one of found) yield `${format === 'ndjson' ? JSON.stringify(one) : line(one)}\n`;
  }
  await session.output.stream(lines());
  return { data: undefined, human: () => '' };
}

function lineOf({ id, state, time, ms, requests, error }: NodeRunFacts): string {
  const sent = requests === 0 ? '' : `, ${requests} ${requests === 1 ? 'request' : 'requests'}`;
  const said = typeof error?.['message'] === 'string' ? `: ${error['message']}` : '';
  return `${new Date(time).toISOString()}  ${state.padEnd(11)}  ${id} (${ms ?? 0} ms${sent})${said}`;
}
