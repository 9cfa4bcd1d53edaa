import type { LogTree } from '../../../membrane.js';
import type { Command } from '../../command.js';
import type { Style } from '../../output/style.js';
import { printable } from '../../output/text.js';

export const logsShow: Command = {
  path: 'logs show',
  summary: 'show one entry of the log, with all that it caused: node runs, requests, events, runs',
  args: [{ name: 'id', summary: 'id of the entry, or its beginning' }],
  examples: ['logs show 01jd0000000000000000000000'],
  async run(session, [id = '']) {
    const tree = await (await session.membrane()).logs.show(id);
    return {
      data: tree,
      human: (style) => [...linesOf(tree, style, '', ''), '', JSON.stringify(tree.data, null, 2)].join('\n'),
    };
  },
};

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
