import type { FlowRunDetails, Membrane } from '../../../membrane.js';
import { flag, text, type Command, type Option, type Options, type Result } from '../../command.js';
import { showProgress } from '../../flow-progress.js';
import { runResult, throwIfInterrupted } from '../../flow-result.js';
import type { Session } from '../../session.js';
import { graphOfRun } from './run-graph.js';

const id = { name: 'id', summary: 'id of the run, or its beginning' };
const retryInterrupted: Option = {
  flags: '--retry-interrupted',
  summary: 'send again the requests that were cut off, although they may have arrived',
};

const example = '01jd0000000000000000000000';

/** The same under two names: people look for it in both places. */
export const flowResume: Command = resumeCommand('flow resume');
export const flowRunResume: Command = resumeCommand('flow-run resume');

export const flowRunRetry: Command = {
  path: 'flow-run retry',
  summary: 'do again what failed in a run, and go on from there',
  description:
    'Node runs that are done are not done again. A node run that is done again has the same id, and so the same idempotency key.',
  args: [id],
  options: [retryInterrupted],
  examples: [`flow-run retry ${example}`],
  run: (session, [run = ''], options) =>
    driven(session, run, ({ flows }) => flows.runs.retry(run, howOf(session, options))),
};

export const flowRunReplay: Command = {
  path: 'flow-run replay',
  summary: 'run a flow again, as it is now, with the inputs of an older run',
  args: [id],
  options: [
    {
      flags: '--from <node>',
      summary: 'only this node and what follows it; the others give what they gave in the older run',
    },
  ],
  examples: [`flow-run replay ${example}`, `flow-run replay ${example} --from create`],
  run(session, [run = ''], options) {
    const from = text(options, 'from');
    const how = { signal: session.signal, ...(from === undefined ? {} : { from }) };
    return driven(session, run, ({ flows }) => flows.runs.replay(run, how));
  },
};

export const flowRunStop: Command = {
  path: 'flow-run stop',
  summary: 'stop a run, whichever process drives it; it can go on later',
  args: [id],
  examples: [`flow-run stop ${example}`],
  async run(session, [run = '']) {
    const { flows } = await session.membrane();
    const stopped = await session.output.progress('stopping', flows.runs.stop(run));
    const { id: whole, state } = stopped;
    const note =
      state === 'stopped' ? `it is stopped; to go on: membrane flow resume ${whole}` : `it is ${state}`;
    return { data: stopped, human: () => '', note };
  },
};

function resumeCommand(path: string): Command {
  return {
    path,
    summary: 'go on with a run that was cut off, stopped or interrupted',
    description: 'What is done is not done again.',
    args: [id],
    options: [retryInterrupted],
    examples: [`${path} ${example}`, `${path} ${example} --retry-interrupted`],
    run: (session, [run = ''], options) =>
      driven(session, run, ({ flows }) => flows.runs.resume(run, howOf(session, options))),
  };
}

function howOf(session: Session, options: Options) {
  return { retryInterrupted: flag(options, 'retryInterrupted'), signal: session.signal };
}

async function driven(
  session: Session,
  run: string,
  drive: (membrane: Membrane) => Promise<FlowRunDetails>,
): Promise<Result> {
  const membrane = await session.membrane();
  const graph = await graphOfRun(membrane, await membrane.flows.runs.show(run));
  const done = await showProgress(session, graph, () => drive(membrane));
  throwIfInterrupted(session, done);
  return runResult(membrane, graph, done);
}
