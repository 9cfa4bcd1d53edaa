import type { Membrane } from '../../../membrane.js';
import type { Command, Result } from '../../command.js';
import { headline, inputsText, problemsOf } from '../../flow-result.js';
import { nodeRunText } from '../../node-run-text.js';
import { renderFlowTree } from '../../output/flow-tree.js';
import { graphOfRun } from './run-graph.js';

export const flowRunShow: Command = {
  path: 'flow-run show',
  summary: 'show what the nodes of a run did, or one node run with its input, output and requests',
  args: [
    { name: 'id', summary: 'id of the run, or its beginning' },
    { name: 'node-run', summary: 'id of a node run, as "flow-run logs" lists them', optional: true },
  ],
  examples: [
    'flow-run show 01jd0000000000000000000000',
    'flow-run show 01jd0000000000000000000000 start:0/create:0.0',
  ],
  async run(session, [id = '', nodeRun]) {
    const membrane = await session.membrane();
    if (nodeRun !== undefined) return showNodeRun(membrane, id, nodeRun);
    const run = await membrane.flows.runs.show(id);
    const graph = await graphOfRun(membrane, run);
    return {
      data: run,
      human: (style) =>
        [headline(run), inputsText(run), renderFlowTree(graph, run.nodes, style)].filter(Boolean).join('\n'),
      diagnostics: problemsOf(membrane, run),
      ...(run.state === 'running' && !run.driven
        ? { note: `it was cut off; to go on: membrane flow resume ${run.id}` }
        : {}),
    };
  },
};

async function showNodeRun(membrane: Membrane, id: string, nodeRun: string): Promise<Result> {
  const { runs } = membrane.flows;
  const { id: run } = await runs.show(id);
  const facts = await runs.node(run, nodeRun);
  const input = (await runs.input(run, nodeRun)) ?? null;
  const parent = `${run}/${nodeRun}`;
  const requests = (await membrane.logs.list({ type: 'request', parent, limit: 100 })).reverse();
  return {
    data: { ...facts, input, requests: requests.map(({ data }) => data) },
    human: (style) => nodeRunText(facts, { input, requests }, style),
  };
}
