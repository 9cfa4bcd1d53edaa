import { configPlaces } from '../../config/places.js';
import { anyFormula, object } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const transformData: NodeType = {
  name: 'transform-data',
  summary: 'Makes a new value.',
  config: object('The value.', { output: anyFormula('The output of the node.') }),
  places: configPlaces,
  run: async (_, { output }) => output,
  repeatable: true,
  pure: true,
  output: (config, { world, variables }) => world.typeOf(config['output'], variables),
};
