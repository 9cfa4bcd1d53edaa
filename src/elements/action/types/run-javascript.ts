import { formulasIn } from '../../places.js';
import { anyFormula, object, text } from '../../schema-parts.js';
import type { ActionType } from '../action-type.js';

export const runJavascript: ActionType = {
  name: 'run-javascript',
  summary: 'Runs code in a sandbox.',
  config: object('The code.', {
    code: text('A module whose default export gets the variables as one object; it may be async.'),
    input: anyFormula('What the code gets as "input", instead of the whole input.'),
  }),
  places: (config) => formulasIn(config, ['code']),
};
