import type { FlowFacts } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { idleInShort } from '../../flow-idle.js';
import { renderTable } from '../../output/table.js';
import { relativeTime } from '../../output/time.js';
import { enabledFor } from './show.js';

export const flowList: Command = {
  path: 'flow list',
  summary: 'list every flow: what starts it, for whom it is on, and how it ran last',
  options: [
    {
      flags: '--integration <key>',
      summary: 'only on the layer of this integration',
      completes: 'element:integration',
    },
  ],
  examples: ['flow list'],
  async run(session, _args, options) {
    const membrane = await session.membrane({ allowBare: true });
    const integration = text(options, 'integration');
    const elements = await membrane.elements.list('flow', integration === undefined ? {} : { integration });
    const flows = (await membrane.flows.list()).flatMap((flow) => {
      const files = elements.filter(({ key }) => key === flow.key).map(({ file }) => file);
      return files.length === 0 ? [] : [{ ...flow, files }];
    });
    const now = Date.now();
    return {
      data: flows,
      human: (style) =>
        flows.length === 0
          ? ''
          : renderTable(
              ['key', 'starts', 'nodes', 'on for', 'last run', 'name'],
              flows.map((flow) => rowOf(flow, now)),
              style,
            ),
      ...(flows.length === 0 ? { note: 'no flow yet: membrane new flow KEY' } : {}),
    };
  },
};

function rowOf(flow: FlowFacts, now: number): string[] {
  const { key, name = '', off, idle, triggers, nodes, runs } = flow;
  const [last] = runs;
  return [
    key,
    triggers.map(({ when }) => when).join('; '),
    String(nodes.length),
    enabledFor(flow) || (idle === undefined ? '' : idleInShort(idle)),
    last === undefined ? '' : `${last.state} ${relativeTime(last.endedAt ?? last.queuedAt, now)}`,
    off ? `${name} (off)`.trim() : name,
  ];
}
