import { MembraneError } from '../../../core/error.js';
import { flag, text, type Command } from '../../command.js';
import { dryRunOption, renderWrites } from '../../dry-run.js';
import { showProgress } from '../../flow-progress.js';
import { inputOptions, readInput } from '../../input.js';
import { askWhichConnection } from '../run-element.js';

export const flowTest: Command = {
  path: 'flow test',
  summary: 'run one node of a flow alone, and print what it gives',
  description:
    'Its input is what is written at it as "testInput", unless one is given. A for-each runs its body, too. Nothing is stored; but what the node sends is sent, except with --dry-run.',
  args: [{ name: 'key', summary: 'key of the flow', completes: 'element:flow' }],
  options: [
    { flags: '--node <key>', summary: 'the node' },
    {
      flags: '--connection <key>',
      summary: 'whose account; not needed where only one fits',
      completes: 'connections',
    },
    { flags: '--instance <key>', summary: 'which of several instances of its elements is used' },
    ...inputOptions,
    dryRunOption,
  ],
  examples: ['flow test order --node create --input @order.json', 'flow test order --node create --dry-run'],
  async run(session, [key = ''], options) {
    const node = text(options, 'node');
    if (node === undefined) {
      throw new MembraneError('usage/argument', 'nothing says which node is to be run', {
        hint: `--node KEY; see them: membrane flow graph ${key}`,
      });
    }
    const membrane = await session.membrane({ cached: true });
    const input = await readInput(session, options);
    const graph = await membrane.flows.graph(key);
    const how = {
      ...(input === undefined ? {} : { input }),
      instance: text(options, 'instance'),
      dry: flag(options, 'dryRun'),
      signal: session.signal,
    };
    const { state, output, writes, type } = await askWhichConnection(
      session,
      text(options, 'connection'),
      (connection) =>
        showProgress(session, graph, () => membrane.flows.testNode(key, node, { ...how, connection })),
    );
    const said = {
      completed: undefined,
      skipped: 'not wanted: its filter lets this input go no further',
      nothing: `a node of type "${type}" does nothing: runs start there, with any input`,
    }[state];
    const dry = how.dry ? 'nothing was changed, and nothing is stored' : undefined;
    const note = [said, dry].filter((one) => one !== undefined).join('\n');
    return {
      data: { node, state, output, ...(how.dry ? { writes } : {}) },
      human: (style) => {
        if (how.dry && writes.length > 0) return renderWrites(writes, style);
        return state === 'completed' ? JSON.stringify(output, null, 2) : '';
      },
      ...(note === '' ? {} : { note }),
    };
  },
};
