import type { LogTree, Membrane, NodeRunFacts } from '../../../membrane.js';
import type { Command } from '../../command.js';
import { nodeRunText } from '../../node-run-text.js';
import { renderFacts } from '../../output/facts.js';
import type { Style } from '../../output/style.js';
import { printable } from '../../output/text.js';

export const logsShow: Command = {
  path: 'logs show',
  summary: 'show one entry of the log, with all that it caused: node runs, requests, events, runs',
  args: [{ name: 'id', summary: 'id of the entry, or its beginning' }],
  examples: ['logs show 01jd0000000000000000000000'],
  async run(session, [id = '']) {
    const membrane = await session.membrane();
    const tree = await membrane.logs.show(id);
    return {
      data: tree,
      human: async (style) =>
        [...linesOf(tree, style, '', ''), '', await factsText(membrane, tree, style)].join('\n'),
    };
  },
};

async function factsText({ flows }: Membrane, tree: LogTree, style: Style): Promise<string> {
  const { type, data, id, parent = '', caused } = tree;
  if (type === 'node-run') {
    const input = (await flows.runs.input(parent, id.slice(parent.length + 1))) ?? null;
    const requests = caused.filter((one) => one.type === 'request');
    return nodeRunText(data as unknown as NodeRunFacts, { input, requests }, style); // a node run is logged as it is
  }
  if (type !== 'flow-run') return renderFacts(data, style);
  const { kind: _, revision: _revision, connectionId: _id, few, ...run } = data;
  return renderFacts(
    { ...run, ...(Array.isArray(few) && few.length === 1 ? { input: few[0] } : { given: few }) },
    style,
  );
}

function linesOf(tree: LogTree, style: Style, before: string, below: string): string[] {
  const { id, type, state, about, caused, more, time } = tree;
  const isRed = state === 'failed' || state === 'dead' || state === 'interrupted';
  const shown = state === undefined ? '' : isRed ? style.color.red(state) : state;
  // a node run is named in what it is about
  const name = type === 'node-run' ? '' : style.color.dim(id);
  const when = before === '' ? new Date(time).toISOString() : '';
  const line = [when, type, shown, printable(about), name].filter((part) => part !== '').join('  ');
  const last = caused.length - (more === true ? 0 : 1);
  return [
    `${before}${line}`,
    ...caused.flatMap((one, index) =>
      linesOf(
        one,
        style,
        `${below}${index === last ? '└─ ' : '├─ '}`,
        `${below}${index === last ? '   ' : '│  '}`,
      ),
    ),
    ...(more === true ? [`${below}└─ … and more`] : []),
  ];
}
