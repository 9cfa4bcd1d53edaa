import { isObject } from '../core/json.js';
import { kind } from '../core/type-kinds.js';
import { mergedSchema } from '../core/type-merge.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { describe } from './describe.js';
import { defineFormula } from './formula.js';
import { after, setOwn } from './node.js';

export const mergeObjectsFormula = defineFormula({
  name: '$mergeObjects',
  summary:
    'One object of several; not in depth, and later ones win. Missing ones are left out; no key gives undefined.',
  schema: { type: 'array', items: { type: ['object', 'null'] } },
  examples: [
    {
      title: 'defaults under the given fields',
      formula: { $mergeObjects: [{ status: 'new', vip: false }, { $var: 'fields' }] },
      variables: { fields: { status: 'open' } },
      result: { status: 'open', vip: false },
    },
  ],
  compile(argument, scope) {
    return after(scope.compile(argument), (list) => {
      if (list === undefined || list === null) return undefined;
      if (!Array.isArray(list))
        throw scope.error('formula/shape', `"$mergeObjects" takes a list, not ${describe(list)}`);
      const merged: Record<string, unknown> = {};
      for (const part of list) {
        if (part === null) continue;
        if (!isObject(part)) {
          throw scope.error(
            'formula/shape',
            `"$mergeObjects" takes a list of objects, but one is ${describe(part)}`,
          );
        }
        for (const [name, value] of Object.entries(part)) setOwn(merged, name, value);
      }
      return Object.keys(merged).length === 0 ? undefined : merged;
    });
  },
  type(argument, scope) {
    if (!Array.isArray(argument)) {
      checkKinds(scope, '"$mergeObjects"', scope.typeOf(argument), kind.list, argument);
      return perhaps({ type: 'object' });
    }
    const parts = argument.map((part, index) => {
      const type = scope.typeOf(part, index);
      checkKinds(scope, '"$mergeObjects"', type, kind.object, part, index);
      return type;
    });
    return mergedSchema(scope.types, parts);
  },
});
