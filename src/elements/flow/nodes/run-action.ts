import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import type { Neighbour, TypeWorld } from '../../../core/type-world.js';
import { placesIn } from '../../places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import { actionOutput } from '../../action/types-of-action.js';
import { written, type Type } from '../../types/parts.js';
import type { NodeType } from '../node-type.js';

export const runAction: NodeType = {
  name: 'run-action',
  summary: 'Runs an action; its output is the output of the action.',
  config: object('The action.', {
    actionKey: formulaOr(text('Key of an action.')),
    inputMapping: anyFormula('The input of the action. Default: the whole input.'),
  }),
  needs: ['actionKey'],
  places: (config) => placesIn(config, { refs: [[['actionKey'], 'action']], formulas: [['inputMapping']] }),
  targets: (config, { world }) => [
    { at: ['inputMapping'], target: written(actionOf(config, world)?.value['inputSchema']) },
  ],
  async action(ctx) {
    const resolved = await ctx.evaluate(['config']);
    const { actionKey, inputMapping } = isObject(resolved) ? resolved : {};
    if (typeof actionKey === 'string') return ctx.runElement('action', actionKey, inputMapping ?? ctx.input);
    throw new MembraneError('run/failed', '"actionKey" gives no key of an action', {
      hint: 'look at "config.actionKey" with the input that the node got',
    });
  },
  output(config, { world }) {
    const found = actionOf(config, world);
    return found === undefined ? undefined : outputOf(found);
  },
};

const outputs = new WeakMap<Neighbour, { readonly type: Type }>();

/** Made once for an action, however many nodes run it. */
function outputOf(action: Neighbour): Type {
  let made = outputs.get(action);
  if (made === undefined) outputs.set(action, (made = { type: actionOutput(action.value, action.world) }));
  return made.type;
}

function actionOf(config: JsonObject, world: TypeWorld): Neighbour | undefined {
  const key = config['actionKey'];
  return typeof key === 'string' ? world.find('action', key) : undefined;
}
