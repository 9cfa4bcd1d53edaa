import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { defineKind } from '../define-kind.js';
import { placesIn, within } from '../places.js';
import {
  anyFormula,
  choice,
  count,
  dataSchema,
  dictionary,
  flag,
  list,
  object,
  text,
} from '../schema-parts.js';
import { configRules } from '../typed-config.js';
import { checkFlow } from './check.js';
import { flowExamples } from './examples.js';
import { likelyOutput } from './likely.js';
import type { NodeType } from './node-type.js';
import { nodeType, nodeTypes } from './nodes/index.js';
import { indexOf, nodesOn, pictureOf, startAlone, starts, testInput } from './picture.js';
import { isBehind } from './run/behind.js';
import { gaveItsInput, inputOf } from './run/input-of.js';
import { firstId } from './run/path.js';
import { walkAlone } from './run/walk-alone.js';
import { walkFlow } from './run/walk-flow.js';
import { isWanted, openPullOf, triggersOf } from './triggers.js';
import { typesOfFlow } from './types.js';

const named = nodeTypes.flatMap((type) =>
  [type.name, ...(type.aliases ?? [])].map((name) => ({
    name,
    summary: summaryOf(type, name),
    config: type.config,
  })),
);

const link = object(
  'Where to go on.',
  {
    key: text('Key of the next node.'),
    filter: anyFormula('Followed only where it matches; it sees "input", "output" and "error".'),
    name: text('What people read.'),
  },
  ['key'],
);

const node: JsonObject = {
  ...object(
    'One step.',
    {
      type: choice(
        named.map(({ name }) => name),
        'What the node does.',
      ),
      version: count('Version of the type, as exports write it.', 1),
      name: text('What people read.'),
      description: text('What it is for.'),
      config: {
        type: 'object',
        description: 'How it is done; its fields depend on the type, their values may be formulas.',
      },
      links: list(link, 'Where to go on; all links whose filters match are followed.'),
      concurrency: count('How many inputs are worked on at once. Default: 1.', 1),
      onError: choice(
        ['stop', 'continue'],
        'Whether a failed run of the node ends its branch. Default: stop.',
      ),
      inputSchema: dataSchema('What the node takes.'),
      outputSchema: dataSchema('What the node gives.'),
      outputExample: { description: 'An example of what the node gives.' },
      testInput: { description: 'An input to try the node with.' },
      ui: { description: 'How a form for the node looks, as exports write it.' },
      userConfig: { description: 'What a user of a form chose, as exports write it.' },
      isCustomized: flag('Whether the node differs from its parent, as exports write it.'),
      state: text('State on the server, as exports write it.'),
      errors: list({}, 'Errors on the server, as exports write them.'),
      dependencies: list({}, 'What the node uses, as exports write it.'),
    },
    ['type'],
  ),
  allOf: configRules(named),
};

export const flow = defineKind({
  name: 'flow',
  folder: 'flows',
  summary: 'Steps that run after each other when something happens.',
  fields: {
    nodes: dictionary(node, 'The steps, by key. A run starts at a trigger and follows links.'),
    parametersSchema: dataSchema('What the parameters look like.'),
    parameters: {
      type: 'object',
      description: 'Values that the formulas of nodes see as "flow.parameters".',
    },
    enabled: flag('Whether events start runs.'),
    autoCreateInstances: flag('Make an instance for every matching connection. Default: false.'),
  },
  examples: flowExamples,
  places(value) {
    const places = placesIn(value, { schemas: [['parametersSchema']] });
    if (!isObject(value['nodes'])) return places;
    for (const [key, each] of Object.entries(value['nodes']))
      places.push(...within(['nodes', key], nodePlaces(each)));
    return places;
  },
  types: typesOfFlow,
  check: checkFlow,
  needsConnection: (value) => nodesOf(value).some((node) => nodeType(node['type'])?.needsConnection === true),
  triggers: triggersOf,
  openPull: openPullOf,
  wants: isWanted,
  walk: {
    starts,
    graph: pictureOf,
    run: walkFlow,
    runAlone: walkAlone,
    startAlone,
    testInput,
    likely: likelyOutput,
    inputOf,
    gaveItsInput,
    nodesOf: nodesOn,
    isBehind,
    startId: (node, index) => firstId('', node, index),
    indexOf,
    placeOf: (node) => ['nodes', node],
  },
});

function nodesOf(value: JsonObject): JsonObject[] {
  return isObject(value['nodes']) ? Object.values(value['nodes']).filter((node) => isObject(node)) : [];
}

function summaryOf(type: NodeType, name: string): string {
  return name === type.name ? type.summary : `The older name of ${type.name}.`;
}

function nodePlaces(value: unknown): Place[] {
  if (!isObject(value)) return [];
  const links = Array.isArray(value['links']) ? value['links'] : [];
  return [
    ...placesIn(value, {
      schemas: [['inputSchema'], ['outputSchema']],
      formulas: links.map((_, index) => ['links', index, 'filter']),
    }),
    ...within(['config'], nodeType(value['type'])?.places(value['config']) ?? []),
  ];
}
