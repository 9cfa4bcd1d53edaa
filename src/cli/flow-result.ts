import { join } from 'node:path';
import { codes } from '../core/codes.js';
import { diagnostic, fileSpan, type Diagnostic, type Span } from '../core/diagnostic.js';
import type { FlowRehearsal, FlowRunDetails, Membrane, NodeRunFacts, WalkGraph } from '../membrane.js';
import type { Result } from './command.js';
import { renderWrites } from './dry-run.js';
import { renderFlowTree } from './output/flow-tree.js';
import type { Session } from './session.js';

/** So many failures are shown; `flow-run logs` has all. */
const mostShown = 5;

/** What a run came to, as the result of the command that drove it. */
export function runResult(membrane: Membrane, graph: WalkGraph, run: FlowRunDetails): Result {
  return {
    data: run,
    human: (style) => [headline(run), renderFlowTree(graph, run.nodes, style)].join('\n'),
    diagnostics: problemsOf(membrane, run),
    ...endOf(run),
  };
}

/** `run ID of order: completed in 1.2 s` */
export function headline({
  id,
  flow,
  state,
  startedAt,
  endedAt,
  connection,
  driven,
}: FlowRunDetails): string {
  const ms = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  const whose = connection === undefined ? '' : ` with ${connection}`;
  const time = ms === undefined ? '' : ` in ${ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`}`;
  const cut = state === 'running' && !driven ? ' (cut off)' : '';
  return `run ${id} of ${flow}${whose}: ${state}${cut}${time}`;
}

/** How far a run of several inputs has come; nothing of one that is through. */
export function inputsText({
  inputs,
  begun,
  finished,
  state,
}: Pick<FlowRunDetails, 'inputs' | 'begun' | 'finished' | 'state'>): string {
  if (state === 'completed' || inputs === 1) return '';
  return finished === undefined
    ? `${begun} of ${inputs} inputs have begun`
    : `${finished} of ${inputs} inputs are through`;
}

/** The failures of a run at their places in the project's files: alike ones once. */
export function problemsOf(
  { root }: Pick<Membrane, 'root'>,
  { id, failures, error }: FlowRunDetails,
  { stored = true }: { readonly stored?: boolean } = {},
): Diagnostic[] {
  const found = new Map<string, { first: NodeRunFacts; count: number }>();
  for (const one of failures) {
    const name = JSON.stringify([one.node, one.state, isHandled(one), one.error?.['message']]);
    const known = found.get(name);
    if (known === undefined) found.set(name, { first: one, count: 1 });
    else known.count += 1;
  }
  const own = [...found.values()]
    .slice(0, mostShown)
    .map(({ first, count }) => problemOf(root, stored ? id : undefined, first, count));
  const { message } = error ?? {};
  if (typeof message !== 'string') return own;
  const help = typeof error?.['hint'] === 'string' ? error['hint'] : undefined;
  return [...own, diagnostic(codeOf(error?.['code']), message, fileSpan(root), { help })];
}

function problemOf(root: string, run: string | undefined, failed: NodeRunFacts, count: number): Diagnostic {
  const { id, node, error } = failed;
  const span = spanOf(root, failed);
  const more = count === 1 ? '' : ` (and ${count - 1} more like it)`;
  const see = `membrane flow-run show ${run} '${id}'`;
  if (failed.state !== 'failed') {
    const message = `the node "${node}" was cut off in a request that must not be sent twice unasked${more}`;
    const help = `look whether it arrived (${see}); to send it again: membrane flow resume ${run} --retry-interrupted`;
    return diagnostic('flow/interrupted', message, span, { help });
  }
  const said = typeof error?.['message'] === 'string' ? error['message'] : 'it failed';
  const hint = typeof error?.['hint'] === 'string' ? error['hint'] : undefined;
  const whole = run === undefined ? undefined : `all of it: ${see}`;
  const help = [hint, whole].filter((part) => part !== undefined).join('; ');
  const message = `node "${node}": ${said}${more}`;
  return diagnostic(codeOf(error?.['code']), message, span, {
    ...(help === '' ? {} : { help }),
    ...(isHandled(failed) ? { severity: 'warning' } : {}),
  });
}

/** With `onError: continue` the flow goes on: the run is none that failed. */
function isHandled({ facts }: NodeRunFacts): boolean {
  return facts['handled'] === true;
}

function spanOf(root: string, { place }: NodeRunFacts): Span {
  if (place === undefined) return fileSpan(root);
  const { file, line, column } = place;
  return { file: join(root, file), line, column, endLine: line, endColumn: column + 1 };
}

function codeOf(code: unknown): Diagnostic['code'] {
  return typeof code === 'string' && Object.hasOwn(codes, code) ? (code as Diagnostic['code']) : 'run/failed';
}

/** The exit code, and what to do next. */
function endOf({ id, flow, state, nodes }: FlowRunDetails): Pick<Result, 'exit' | 'failure' | 'note'> {
  if (state === 'completed' || state === 'queued') return {};
  const failed = (code: string, message: string, hint: string) => ({
    exit: 1,
    failure: { code, message, hint },
    note: hint,
  });
  if (state === 'interrupted') {
    const hint = `to send again what was cut off: membrane flow resume ${id} --retry-interrupted`;
    return failed('flow/interrupted', `the run of "${flow}" is interrupted`, hint);
  }
  if (state === 'stopped')
    return failed('run/failed', `the run of "${flow}" was stopped`, `to go on: membrane flow resume ${id}`);
  const red = Object.entries(nodes).filter(([, { erroredRuns }]) => erroredRuns > 0);
  const which = red.map(([key]) => `"${key}"`).join(', ');
  const message = `the run of "${flow}" failed${which === '' ? '' : ` at ${which}`}`;
  return failed('run/failed', message, `to do again what failed: membrane flow-run retry ${id}`);
}

/** What a run would do, as the result of a dry run. */
export function rehearsalResult(membrane: Membrane, key: string, rehearsal: FlowRehearsal): Result {
  const { state, writes, outputs, ends, run } = rehearsal;
  const notes = ends.map(
    ({ node, why }) => `behind "${node}" nothing is known: its answer is not there to go on with (${why})`,
  );
  const message = `the dry run of "${key}" failed`;
  const failed = { exit: 1, failure: { code: 'run/failed', message, hint: null } };
  return {
    data: { state, writes, outputs, ends },
    human: (style) => renderWrites(writes, style),
    diagnostics: problemsOf(membrane, run, { stored: false }),
    note: [...new Set(notes), 'nothing was changed, and nothing is stored'].join('\n'),
    ...(state === 'failed' ? failed : {}),
  };
}

/** Ends the command where the run was stopped by Ctrl-C: it is stored, and can go on. */
export function throwIfInterrupted(session: Session, run: FlowRunDetails): void {
  if (!session.signal.aborted) return;
  session.output.note(`the run goes on with: membrane flow resume ${run.id}`);
  throw session.signal.reason;
}
