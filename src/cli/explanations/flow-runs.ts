import type { Explanation } from './explanation.js';

const shadowed = (key: string): string => `nodes:
  start:
    type: api-trigger
    inputSchema:
      type: object
      properties:
        user:
          type: string
    links:
      - key: ${key}
  ${key}:
    type: transform-data
    config:
      output:
        name:
          $var: input.user
`;

export const flowRunExplanations = {
  'flow/shadow': {
    means:
      'The output of a node stands in the input of later nodes under its key. A field of the input with the same name is hidden by it.',
    wrong: { 'membrane.yaml': '', 'flows/sync.yaml': shadowed('user') },
    right: { 'membrane.yaml': '', 'flows/sync.yaml': shadowed('find-user') },
  },
  'flow/start': {
    means: 'A run starts at a trigger of the flow, and the flow has none of this name, or none at all.',
    wrong: 'You give --trigger with the key of a node that is no trigger.',
    right: 'Look at the flow with "membrane flow graph KEY", and name one of its triggers.',
  },
  'flow/busy': {
    means:
      'One process at a time drives a run. Another one does it at this moment, on this machine or on another.',
    wrong: 'You resume a run that "membrane watch" has taken up already.',
    right:
      'Let it work, and look with "membrane flow-run show ID"; or stop it with "membrane flow-run stop ID".',
  },
  'flow/ended': {
    means:
      'A run is in a state in which this cannot be done with it: there is nothing to go on with, or to stop.',
    wrong: 'You resume a run that is completed.',
    right:
      'Run it again with "membrane flow-run replay ID"; what failed is done again by "membrane flow-run retry ID".',
  },
  'flow/interrupted': {
    means:
      'The process was killed, or the run stopped, while a request was under way that must not be sent twice, such as a POST. Nobody knows whether it arrived. What follows it waits for you; everything else went on.',
    wrong: 'A laptop is switched off in the middle of creating a contact.',
    right:
      'Look in the external app whether it arrived. "membrane flow resume ID --retry-interrupted" sends it again. Where the API knows idempotency keys, "config.idempotency" of the node spares you the question.',
  },
  'flow/output-size': {
    means:
      'A node gave more than one output may hold, or the outputs of all items of a for-each together did.',
    wrong: 'A for-each over 100,000 items is followed by a node, which would get all their outputs at once.',
    right:
      'Let nothing follow the for-each, let its nodes give less, or raise "limits.outputMegabytes" in membrane.yaml.',
  },
  'flow/changed': {
    means:
      'Only a part of a run was to be run again, and the flow is not what it was: what its nodes gave then need not fit.',
    wrong: 'You add a node to a flow, and replay an older run from the node behind it.',
    right: 'Replay all of it, without --from.',
  },
} satisfies Record<string, Explanation>;
