import { placesIn } from '../../places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const runAction: NodeType = {
  name: 'run-action',
  summary: 'Runs an action; its output is the output of the action.',
  config: object('The action.', {
    actionKey: formulaOr(text('Key of an action.')),
    inputMapping: anyFormula('The input of the action. Default: the whole input.'),
  }),
  places: (config) => placesIn(config, { refs: [[['actionKey'], 'action']], formulas: [['inputMapping']] }),
};
