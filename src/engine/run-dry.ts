import { MembraneError } from '../core/error.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Json } from '../core/json.js';
import type { DryWrite } from './dry-run.js';
import type { Engine } from './engine.js';
import { isOfApp } from './flow-likely.js';
import { runElement, type RunOptions } from './run.js';

/** What a run of one element would do. */
export interface Rehearsal {
  /** What would have been changed, in order. */
  readonly writes: readonly DryWrite[];
  readonly output: Json | undefined;
  /** The output is made of what stands in for the answers of apps. */
  readonly standIn: boolean;
  /** Why nobody can tell what it would give. */
  readonly why?: string;
  readonly warnings: readonly Diagnostic[];
}

/** Runs an element with an engine that changes nothing. Rejects with what goes wrong before anything would be changed. */
export async function rehearseElement(
  engine: Engine,
  kind: string,
  key: string,
  options: RunOptions,
): Promise<Rehearsal> {
  const writes = engine.dryRun?.writes ?? [];
  try {
    const { output, warnings } = await runElement(engine, kind, key, options);
    return { writes, output, standIn: writes.length > 0, warnings };
  } catch (error) {
    if (!(error instanceof MembraneError) || writes.length === 0 || isOfApp(error.code)) throw error;
    return { writes, output: undefined, standIn: true, why: error.message, warnings: [] };
  }
}
