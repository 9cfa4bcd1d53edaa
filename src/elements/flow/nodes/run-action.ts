import type { JsonObject } from '../../../core/json.js';
import type { Neighbour, TypeWorld } from '../../../core/type-world.js';
import { placesIn } from '../../places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import { actionOutput } from '../../action/types-of-action.js';
import { written } from '../../types/parts.js';
import type { NodeType } from '../node-type.js';

export const runAction: NodeType = {
  name: 'run-action',
  summary: 'Runs an action; its output is the output of the action.',
  config: object('The action.', {
    actionKey: formulaOr(text('Key of an action.')),
    inputMapping: anyFormula('The input of the action. Default: the whole input.'),
  }),
  places: (config) => placesIn(config, { refs: [[['actionKey'], 'action']], formulas: [['inputMapping']] }),
  targets: (config, { world }) => [
    { at: ['inputMapping'], target: written(actionOf(config, world)?.value['inputSchema']) },
  ],
  output(config, { world }) {
    const found = actionOf(config, world);
    return found === undefined ? undefined : actionOutput(found.value, found.world);
  },
};

function actionOf(config: JsonObject, world: TypeWorld): Neighbour | undefined {
  const key = config['actionKey'];
  return typeof key === 'string' ? world.find('action', key) : undefined;
}
