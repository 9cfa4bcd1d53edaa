import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import { placesIn } from '../../places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import { runOperation } from '../../call-operation.js';
import { operationTypes } from '../../config/operation.js';
import type { ActionType } from '../action-type.js';

export const connectorOperation: ActionType = {
  name: 'connector-operation',
  summary: 'Runs an operation of the connector.',
  needsConnection: true,
  config: object('The operation.', {
    operationKey: formulaOr(text('Key of an operation of the connector.')),
    input: anyFormula('The input of the operation.'),
    inputMapping: anyFormula('The older name of "input".'),
  }),
  needs: ['operationKey'],
  places: (config) => [
    ...configPlaces(config).filter(({ at }) => at[0] !== 'operationKey'),
    ...placesIn(config, { refs: [[['operationKey'], 'operation']] }),
  ],
  targets(config, { world }) {
    const { input } = operationTypes(config['operationKey'], world);
    return [
      { at: ['input'], target: input },
      { at: ['inputMapping'], target: input },
    ];
  },
  output: (config, { world }) => operationTypes(config['operationKey'], world).output,
  async run(ctx) {
    const config = await ctx.evaluate(['config']);
    const { operationKey, input, inputMapping } = isObject(config) ? config : {};
    return runOperation(ctx.others, operationKey, input ?? inputMapping ?? {});
  },
};
