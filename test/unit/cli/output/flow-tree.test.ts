import { expect, it } from 'vitest';
import { renderMermaid } from '../../../../src/cli/output/flow-tree.js';

const node = { type: 'transform-data', name: undefined, start: false, links: [], root: undefined };

it('a picture of a run counts what its nodes did in words', () => {
  const nodes = ['one', 'many', 'none'].map((key) => ({ ...node, key }));
  const counts = {
    one: { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 0 },
    many: { runs: 1200, erroredRuns: 2, skipped: 3, interrupted: 1 },
  };
  expect(renderMermaid({ nodes }, counts)).toBe(`flowchart TD
  n0["one<br>transform-data<br>1 run"]
  n1["many<br>transform-data<br>1,200 runs, 3 skipped, 2 failed, 1 interrupted"]
  n2["none<br>transform-data"]
  classDef failed stroke:#c00,stroke-width:3px
  class n1 failed`);
});
