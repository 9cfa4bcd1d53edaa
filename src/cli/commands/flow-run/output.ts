import { MembraneError } from '../../../core/error.js';
import type { FlowRunDetails } from '../../../membrane.js';
import type { Command } from '../../command.js';
import { countsText } from '../../output/flow-tree.js';

export const flowRunOutput: Command = {
  path: 'flow-run output',
  summary: 'print what nodes of a run gave',
  description:
    'Of a node run, its output as JSON. Of a node, the output of each of its runs, one a line. Without either, of the nodes that nothing follows.',
  args: [
    { name: 'id', summary: 'id of the run, or its beginning' },
    { name: 'node', summary: 'key of a node, or id of a node run', optional: true },
  ],
  formats: ['ndjson'],
  examples: [
    'flow-run output 01jd0000000000000000000000',
    'flow-run output 01jd0000000000000000000000 create',
  ],
  async run(session, [id = '', name], options) {
    const { flows } = await session.membrane();
    const run = await flows.runs.show(id);
    if (name !== undefined && !Object.hasOwn(run.nodes, name)) {
      const { output, state } = await flows.runs.node(run.id, name);
      return {
        data: { state, output: output ?? null },
        human: () => (output === undefined ? '' : JSON.stringify(output, null, 2)),
        ...(output === undefined ? { note: `"${name}" gave nothing: it is ${state}` } : {}),
      };
    }
    const wanted = name === undefined ? await lastNodes() : [name];
    let count = 0;
    const all: { node: string; id: string; output: unknown }[] = [];
    async function* lines(): AsyncGenerator<string> {
      for (const node of wanted) {
        for await (const one of flows.runs.nodes(run.id, { node, state: 'completed' })) {
          const output = one.output ?? null;
          count += 1;
          if (options['format'] === 'json') all.push({ node, id: one.id, output });
          else yield `${JSON.stringify(name === undefined ? { node, output } : output)}\n`;
        }
      }
    }
    await session.output.stream(lines());
    const note = count > 0 ? undefined : nothingOf(run, wanted);
    return { data: all, human: () => '', ...(note === undefined ? {} : { note }) };

    async function lastNodes(): Promise<string[]> {
      const { nodes } = await flows.graph(run.flow);
      const inner = new Set(nodes.flatMap(({ root }) => root ?? []));
      for (const key of inner)
        for (const { to } of nodes.find((node) => node.key === key)?.links ?? []) inner.add(to);
      const last = nodes.filter(({ key, links, start }) => links.length === 0 && !start && !inner.has(key));
      if (last.length > 0) return last.map(({ key }) => key);
      throw new MembraneError('usage/argument', `the flow "${run.flow}" has no last node`, {
        hint: 'name a node',
      });
    }
  },
};

/** `"create" gave nothing: 2 runs, 2 failed` */
function nothingOf({ nodes }: FlowRunDetails, wanted: readonly string[]): string {
  const plain = (words: string): string => words;
  const said = wanted.map(
    (node) => `"${node}" gave nothing: ${countsText(nodes[node], { dim: plain, red: plain })}`,
  );
  return said.join('\n');
}
