import type { FlowFacts } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { renderFlowTree } from '../../output/flow-tree.js';
import type { Style } from '../../output/style.js';
import { renderTable } from '../../output/table.js';
import { fullTime } from '../../output/time.js';

export const flowShow: Command = {
  path: 'flow show',
  summary: 'show one flow: what starts it, its nodes, for whom it is on, and its last runs',
  description: 'With --json, its value too, as it stands with its layers merged.',
  args: [{ name: 'key', summary: 'key of the flow', completes: 'element:flow' }],
  options: [
    {
      flags: '--integration <key>',
      summary: 'as it stands for this integration',
      completes: 'element:integration',
    },
    { flags: '--connection <key>', summary: 'as it stands for this connection', completes: 'connections' },
  ],
  examples: ['flow show order', 'flow show order --connection crm --json'],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane({ allowBare: true });
    const connection = text(options, 'connection');
    const known = connection === undefined ? undefined : await membrane.connections.show(connection);
    const integration = known?.integrationKey ?? text(options, 'integration');
    const scope = {
      ...(integration === undefined ? {} : { integration }),
      ...(known === undefined ? {} : { connection: known.key }),
    };
    const facts = await membrane.flows.show(key, scope);
    const { ref, layers, value, file } = await membrane.elements.show('flow', key, scope);
    return {
      data: { ...facts, ref, file, layers, value },
      human: (style) => render(ref, facts, layers, style),
    };
  },
};

type Layers = readonly { readonly layer: string; readonly files: readonly string[] }[];

async function render(ref: string, facts: FlowFacts, layers: Layers, style: Style): Promise<string> {
  const { color } = style;
  const { name, description, off, triggers, runs } = facts;
  const title = [color.bold(ref), ...(name === undefined ? [] : [name]), ...(off ? ['(off)'] : [])];
  const fact = (label: string, words: string): string => `${color.bold(label.padEnd(12))}${words}`;
  const on = enabledFor(facts);
  return [
    title.join('  '),
    ...(description === undefined ? [] : [description.trim()]),
    ...layers.map(({ layer, files }) => fact(layer, files.join(', '))),
    ...triggers.map(({ key, when }, index) => fact(index === 0 ? 'starts' : '', `${when} (${key})`)),
    ...(on === '' ? [] : [fact('on for', on)]),
    '',
    renderFlowTree({ nodes: facts.nodes }, undefined, style),
    ...(runs.length === 0 ? [] : ['', await runsTable(runs, style)]),
  ].join('\n');
}

function runsTable(runs: FlowFacts['runs'], style: Style): Promise<string> {
  const now = Date.now();
  const rows = runs.map(({ id, state, connection = '', queuedAt }) => [
    id,
    state,
    connection,
    fullTime(queuedAt, now),
  ]);
  return renderTable(['last runs', 'state', 'connection', 'queued'], rows, style);
}

/** `acme, acme (second)` */
export function enabledFor({ enabled }: FlowFacts): string {
  return enabled
    .map(({ connection = 'everybody', instance }) =>
      instance === undefined ? connection : `${connection} (${instance})`,
    )
    .join(', ');
}
