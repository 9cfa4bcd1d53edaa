import { configPlaces } from '../../config/places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
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
  places: configPlaces,
};
