import { configPlaces } from '../../config/places.js';
import { anyFormula, object } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const filter: NodeType = {
  name: 'filter',
  summary: 'Lets an input pass, or ends its branch.',
  config: object('The condition.', { filter: anyFormula('Inputs that do not match end here.') }),
  places: configPlaces,
  run: async (_, { filter: passes }) => passes,
  repeatable: true,
  pure: true,
  decides: true,
  output: (_, { input }) => input,
};
