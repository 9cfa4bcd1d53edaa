import { MembraneError } from '../../../core/error.js';
import { text, type Command } from '../../command.js';
import { renderFlowTree, renderMermaid } from '../../output/flow-tree.js';

export const flowGraph: Command = {
  path: 'flow graph',
  summary: 'draw the nodes of a flow and the links between them',
  args: [{ name: 'key', summary: 'key of the flow', completes: 'element:flow' }],
  options: [
    {
      flags: '--run <id>',
      summary: 'with what the nodes did in this run; the beginning of its id is enough',
    },
  ],
  formats: ['mermaid'],
  examples: ['flow graph order', 'flow graph order --format mermaid'],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane({ allowBare: true });
    const graph = await membrane.flows.graph(key);
    const id = text(options, 'run');
    const run = id === undefined ? undefined : await membrane.flows.runs.show(id);
    if (run !== undefined && run.flow !== key) {
      throw new MembraneError('usage/argument', `the run "${run.id}" is one of "${run.flow}"`, {
        hint: `membrane flow graph ${run.flow} --run ${run.id}`,
      });
    }
    return {
      data: run === undefined ? graph : { ...graph, run },
      human: (style) =>
        text(options, 'format') === 'mermaid'
          ? renderMermaid(graph, run?.nodes)
          : renderFlowTree(graph, run?.nodes, style),
    };
  },
};
