import { isObject } from '../core/json.js';
import { kind } from '../core/type-kinds.js';
import { perhaps, surely } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { describe } from './describe.js';
import { defineFormula, type Formula, type FormulaExample } from './formula.js';
import { after } from './node.js';

const open = { $eval: { $var: 'status' }, is: 'open' };
const adult = { $eval: { $var: 'age' }, gte: 18 };

export const andFormula = connective('$and', 'true when no condition is false', false, [
  {
    title: 'both hold',
    formula: { $and: [open, adult] },
    variables: { status: 'open', age: 36 },
    result: true,
  },
  {
    title: 'one does not',
    formula: { $and: [open, adult] },
    variables: { status: 'open', age: 7 },
    result: false,
  },
]);

export const orFormula = connective('$or', 'true when one condition is true', true, [
  {
    title: 'one holds',
    formula: { $or: [open, adult] },
    variables: { status: 'won', age: 36 },
    result: true,
  },
  {
    title: 'none does',
    formula: { $or: [open, adult] },
    variables: { status: 'won', age: 7 },
    result: false,
  },
]);

/** `decisive`: the answer of one condition that settles the whole. */
function connective(name: string, summary: string, decisive: boolean, examples: FormulaExample[]): Formula {
  return defineFormula({
    name,
    summary: `Conditions joined: ${summary}; missing ones (undefined, null) do not count, and none at all gives undefined.`,
    schema: { type: 'array' },
    examples,
    compile(argument, scope) {
      return after(scope.compile(argument), (list) => {
        if (list === undefined || list === null) return undefined;
        if (!Array.isArray(list))
          throw scope.error('formula/shape', `"${name}" takes a list, not ${describe(list)}`);
        const counting = list.filter((value) => value !== undefined && value !== null);
        if (counting.length === 0) return undefined;
        return counting.some((value) => Boolean(value) === decisive) ? decisive : !decisive;
      });
    },
    type(argument, scope) {
      if (!Array.isArray(argument))
        checkKinds(scope, `"${name}"`, scope.typeOf(argument), kind.list, argument);
      else {
        const types = argument.map((part, index) => scope.typeOf(part, index));
        for (const [index, part] of argument.entries()) {
          if (part !== decisive) continue;
          const message = `"${name}" is always ${decisive}: one of its conditions is`;
          scope.report({ code: 'type/always', message, at: [name, index] });
        }
        const there = types.some(
          ({ schema, optional }) => !optional && isObject(schema) && schema['type'] === 'boolean',
        );
        if (there) return surely({ type: 'boolean' });
      }
      return perhaps({ type: 'boolean' });
    },
  });
}
