import type { Explanation } from './explanation.js';

function flow(nodes: string): Readonly<Record<string, string>> {
  return { 'membrane.yaml': '', 'flows/sync.yaml': `nodes:\n${nodes}` };
}

const start = `  start:
    type: api-trigger
    links:
      - key: clean
`;

const clean = `  clean:
    type: transform-data
    config:
      output:
        $var: input
`;

const forEach = `  start:
    type: api-trigger
    links:
      - key: each
  each:
    type: for-each
    config:
      items:
        $var: input.users
`;

export const flowExplanations = {
  'flow/cycle': {
    means:
      'Following the links leads back to a node: a run would never end. What is to be done for each item of a list belongs into a for-each node.',
    wrong: flow(`${start}${clean}    links:\n      - key: clean\n`),
    right: flow(`${start}${clean}`),
  },
  'flow/unreachable': {
    means: 'No trigger leads to a node, so that it never runs. Most likely a link is missing.',
    wrong: flow(`${start}${clean}  notify:\n    type: transform-data\n    config:\n      output: done\n`),
    right: flow(
      `${start}${clean}    links:\n      - key: notify\n  notify:\n    type: transform-data\n    config:\n      output: done\n`,
    ),
  },
  'flow/no-trigger': {
    means: 'Runs start at a trigger. Without one nothing can start the flow.',
    wrong: flow(clean),
    right: flow(`${start}${clean}`),
  },
  'flow/link': {
    means: 'A trigger only starts runs. A link that leads into one has no meaning.',
    wrong: flow(`${start}${clean}    links:\n      - key: start\n`),
    right: flow(`${start}${clean}`),
  },
  'flow/for-each': {
    means:
      'A for-each node runs a part of the flow for each item. "rootNodeKey" names the first node of that part.',
    wrong: flow(`${forEach}${clean}`),
    right: flow(`${forEach}      rootNodeKey: clean\n${clean}`),
  },
} satisfies Record<string, Explanation>;
