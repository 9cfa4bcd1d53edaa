import type { RunProgress } from '../core/durability.js';
import type { Engine } from './engine.js';
import type { StoredRun } from './flow-run-rows.js';
import { walkKind } from './flow-start.js';

/** How often a node ran, by how that ended. */
export interface NodeCounts {
  readonly runs: number;
  readonly erroredRuns: number;
  readonly skipped: number;
  readonly interrupted: number;
}

/** What is known of a run from outside of it. */
export interface KnownProgress extends Omit<RunProgress, 'finished'> {
  /** Undefined where nobody knows it. */
  readonly finished: number | undefined;
}

/**
 * How far a run has come. Of a short run that is under way, or was cut off, only its steps are stored: they tell which
 * inputs began, but not which of them are through.
 */
export async function progressOf(engine: Engine, run: StoredRun): Promise<KnownProgress> {
  const durability = await engine.ports.durability();
  const name = { tenant: engine.tenant, id: run.id };
  const progress = await durability.progress(name);
  if (progress.total > 0 || run.state === 'queued' || run.state === 'completed')
    return asKnown(run, progress);
  const { walk } = walkKind(engine, run.kind);
  let begun = 0;
  for await (const step of durability.within(name, '')) begun = Math.max(begun, walk.indexOf(step.id) + 1);
  return { ...progress, begun, finished: undefined };
}

/** Of a run that is completed it need not be stored. */
export function asKnown({ state, inputs }: StoredRun, progress: KnownProgress): KnownProgress {
  return state === 'completed' ? { ...progress, begun: inputs, finished: inputs } : progress;
}

/** What a trigger without filters gives is not counted: each input that began is one. */
export function countsOf(
  engine: Engine,
  run: StoredRun,
  progress: KnownProgress,
): Record<string, NodeCounts> {
  const { counts, begun } = progress;
  const element = engine.project.resolve(run.kind, run.flow);
  const nodes = element === undefined ? [] : walkKind(engine, run.kind).walk.graph(element.value).nodes;
  const keys = [...new Set([...nodes.map(({ key }) => key), run.start, ...Object.keys(counts)])];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const of = Object.hasOwn(counts, key)
        ? counts[key]
        : key === run.start
          ? { completed: begun }
          : undefined;
      if (of === undefined) return [];
      const { completed = 0, failed = 0, skipped = 0, interrupted = 0 } = of;
      const runs = completed + failed + skipped + interrupted;
      return [[key, { runs, erroredRuns: failed, skipped, interrupted }]];
    }),
  );
}
