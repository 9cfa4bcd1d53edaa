import { isObject } from '../../../core/json.js';
import type { Place } from '../../../core/kind.js';
import { formulasIn } from '../../places.js';
import { anyFormula, object, text } from '../../schema-parts.js';
import type { ActionType } from '../action-type.js';

export const runJavascript: ActionType = {
  name: 'run-javascript',
  summary: 'Runs code in a sandbox.',
  config: object(
    'The code.',
    {
      code: text('A module whose default export gets the variables as one object; it may be async.'),
      input: anyFormula('What the code gets as "input", instead of the whole input.'),
    },
    ['code'],
  ),
  places: (config) => [...codeIn(config), ...formulasIn(config, ['code'])],
  async run(ctx) {
    const input = await ctx.evaluate(['config', 'input']);
    return ctx.runCode(['config', 'code'], { ...ctx.variables, ...(input === undefined ? {} : { input }) });
  },
};

function codeIn(config: unknown): Place[] {
  return isObject(config) && typeof config['code'] === 'string' ? [{ at: ['code'], holds: 'code' }] : [];
}
