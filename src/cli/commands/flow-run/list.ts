import { MembraneError } from '../../../core/error.js';
import { text, type Command } from '../../command.js';
import { renderTable } from '../../output/table.js';

const states = ['queued', 'running', 'completed', 'failed', 'stopped', 'interrupted'] as const;

export const flowRunList: Command = {
  path: 'flow-run list',
  summary: 'list the runs of flows, newest first',
  args: [{ name: 'flow', summary: 'only of this flow', completes: 'element:flow', optional: true }],
  options: [
    { flags: '--state <state>', summary: 'only in this state', choices: states },
    { flags: '--limit <n>', summary: 'at most so many; default 50' },
  ],
  examples: ['flow-run list', 'flow-run list order --state failed'],
  async run(session, [flow], options) {
    const limit = text(options, 'limit');
    if (limit !== undefined && !/^[1-9]\d*$/.test(limit))
      throw new MembraneError('usage/argument', `"${limit}" is no number of runs`, { hint: '--limit 50' });
    const state = states.find((one) => one === text(options, 'state'));
    const membrane = await session.membrane();
    const runs = await membrane.flows.runs.list({
      flow,
      state,
      limit: limit === undefined ? 50 : Number(limit),
    });
    // Runs outlive their flow; where there are none, it may be a slip of the key.
    if (runs.length === 0 && flow !== undefined) await membrane.flows.graph(flow);
    const rows = runs.map((run) => [
      run.id,
      run.flow,
      run.state,
      String(run.inputs),
      run.connection ?? '',
      new Date(run.queuedAt).toISOString(),
    ]);
    return {
      data: runs,
      human: (style) =>
        rows.length === 0
          ? ''
          : renderTable(['id', 'flow', 'state', 'inputs', 'connection', 'queued'], rows, style),
      ...(rows.length === 0 ? { note: nothingFound(flow, state) } : {}),
    };
  },
};

function nothingFound(flow: string | undefined, state: string | undefined): string {
  if (state !== undefined) return `no run${flow === undefined ? '' : ` of "${flow}"`} is ${state}`;
  return flow === undefined
    ? 'no runs yet: membrane flow run'
    : `no runs of "${flow}" yet: membrane flow run ${flow}`;
}
