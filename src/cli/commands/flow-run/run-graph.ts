import { MembraneError } from '../../../core/error.js';
import type { FlowRunDetails, Membrane, WalkGraph } from '../../../membrane.js';

/** The flow of a run, as it is today; where it is gone, the nodes that ran. */
export async function graphOfRun(membrane: Membrane, run: FlowRunDetails): Promise<WalkGraph> {
  try {
    return await membrane.flows.graph(run.flow);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const nodes = Object.keys(run.nodes).map((key) => {
      return { key, type: '', name: undefined, start: false, links: [], root: undefined };
    });
    return { nodes };
  }
}
