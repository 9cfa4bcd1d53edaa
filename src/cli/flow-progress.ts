import type { RunEvent } from '../core/event.js';
import type { WalkGraph } from '../membrane.js';
import { countsText, renderFlowTree } from './output/flow-tree.js';
import type { Session } from './session.js';

/** So many node runs get a line of their own where no terminal shows them; after that, a line a second. */
const mostLines = 100;

interface Seen {
  runs: number;
  erroredRuns: number;
  skipped: number;
  interrupted: number;
  underWay: number;
  ms: number;
}

/** Shows how a run goes while `work` takes: a tree with counts at a terminal, lines elsewhere. */
export async function showProgress<T>(
  session: Session,
  graph: WalkGraph,
  work: () => Promise<T>,
): Promise<T> {
  const { output, io } = session;
  const nodes = new Map<string, Seen>();
  let [lines, total, said] = [0, 0, 0];
  const listener = (event: RunEvent): void => {
    if (event.type !== 'node-run') return;
    count(nodes, event);
    if (io.stderr.isTTY || event.state === 'running') return;
    total += 1;
    if (lines < mostLines) {
      lines += 1;
      output.note(lineOf(event));
      return;
    }
    if (Date.now() - said < 1000) return;
    said = Date.now();
    output.note(`${total.toLocaleString('en')} node runs`);
  };
  const end = session.listen(listener);
  const plain = { color: plainColor };
  // What has not run yet may still run: nothing is said of it.
  const text = () => `running\n${renderFlowTree(graph, undefined, plain, (key) => saidOf(nodes.get(key)))}`;
  try {
    return await output.progress(text, work());
  } finally {
    end();
  }
}

const plainColor = Object.assign((words: string) => words, {
  red: (words: string) => words,
  dim: (words: string) => words,
}) as never;

type NodeEvent = Extract<RunEvent, { type: 'node-run' }>;

function count(nodes: Map<string, Seen>, { node, state, ms = 0 }: NodeEvent): void {
  const of = nodes.get(node) ?? { runs: 0, erroredRuns: 0, skipped: 0, interrupted: 0, underWay: 0, ms: 0 };
  nodes.set(node, of);
  if (state === 'running') {
    of.underWay += 1;
    return;
  }
  of.underWay = Math.max(0, of.underWay - 1);
  of.runs += 1;
  of.ms += ms;
  if (state === 'failed') of.erroredRuns += 1;
  if (state === 'skipped') of.skipped += 1;
  if (state === 'interrupted') of.interrupted += 1;
}

function saidOf(of: Seen | undefined): string {
  if (of === undefined) return '';
  const { runs, underWay, ms } = of;
  return [
    ...(runs === 0 ? [] : [countsText(of, plainColor)]),
    ...(underWay === 0 ? [] : [`${underWay} now`]),
    ...(runs === 0 ? [] : [`${Math.round(ms / runs)} ms each`]),
  ].join(', ');
}

function lineOf({ id, state, ms, error }: NodeEvent): string {
  const time = ms === undefined ? '' : ` (${ms} ms)`;
  return `${state} ${id}${time}${error === undefined ? '' : `: ${error}`}`;
}
