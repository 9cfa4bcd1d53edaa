import { isObject } from '../core/json.js';
import { parseLocator } from '../core/locator.js';
import { unionOfTypes } from '../core/type-union.js';
import { missing, type Type } from '../core/type.js';
import { condition } from './condition.js';
import { conditionProblems } from './condition-type.js';
import { defineFormula, type Scope, type TypeScope } from './formula.js';
import { reader } from './locate.js';
import { after, constantNode, goOn, listNode, nothing, search, type Node } from './node.js';
import { operators } from './operators.js';

const conditions = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      field: { type: 'string', minLength: 1, literal: true },
      operator: { enum: Object.keys(operators), literal: true },
      value: {},
    },
    required: ['field', 'operator'],
    additionalProperties: false,
    literal: true,
  },
};
const cases = {
  type: 'array',
  items: {
    type: 'object',
    properties: { filter: { anyOf: [{ type: 'boolean' }, { type: 'null' }, conditions] }, value: {} },
    additionalProperties: false,
    literal: true,
  },
  literal: true,
};

interface Case {
  readonly filter?: unknown;
  readonly value?: unknown;
}

export const caseFormula = defineFormula({
  name: '$case',
  summary:
    'The value of the first case whose filter holds, or the default. Only the chosen value is evaluated.',
  schema: {
    anyOf: [
      {
        type: 'object',
        properties: { cases, default: {} },
        required: ['cases'],
        additionalProperties: false,
        literal: true,
      },
      cases,
    ],
    literal: true,
  },
  examples: [
    {
      title: 'filters are formulas; a case without one always holds',
      formula: {
        $case: {
          cases: [
            { filter: { $eval: { $var: 'amount' }, gte: 1000 }, value: 'large' },
            { filter: { $eval: { $var: 'amount' }, gte: 100 }, value: 'medium' },
          ],
          default: 'small',
        },
      },
      variables: { amount: 250 },
      result: 'medium',
    },
    {
      title: 'a filter may be a list of conditions, which must all hold',
      formula: {
        $case: [
          { filter: [{ field: 'deal.stage', operator: 'is', value: 'won' }], value: { $var: 'deal.amount' } },
        ],
      },
      variables: { deal: { stage: 'won', amount: 5 } },
      result: 5,
    },
  ],
  compile(argument, scope) {
    const [list, at] = isObject(argument)
      ? [argument['cases'] as Case[], ['cases']]
      : [argument as Case[], []];
    const filters = list.map((one, index) => filterNode(one.filter, scope, [...at, index, 'filter']));
    const values = list.map((one, index) => scope.compile(one.value, ...at, index, 'value'));
    const otherwise = isObject(argument) ? scope.compile(argument['default'], 'default') : nothing;
    return search(
      filters,
      // A filter that gives nothing is no filter.
      (holds, index, variables, env) =>
        holds === undefined || Boolean(holds) ? values[index]?.evaluate(variables, env) : goOn,
      otherwise.evaluate,
      [...values, otherwise],
    );
  },
  type(argument, scope) {
    const [list, at] = isObject(argument)
      ? [argument['cases'] as Case[], ['cases']]
      : [argument as Case[], []];
    const results = list.map((one, index): Type => {
      typeFilter(one.filter, scope, [...at, index, 'filter']);
      return scope.typeOfResult(one.value, ...at, index, 'value');
    });
    const otherwise = isObject(argument) ? scope.typeOfResult(argument['default'], 'default') : missing;
    return unionOfTypes(scope.types, [...results, otherwise]);
  },
});

function filterNode(filter: unknown, scope: Scope, at: readonly (string | number)[]): Node {
  if (filter === undefined || filter === null) return constantNode(true);
  if (!Array.isArray(filter)) return scope.compile(filter, ...at);
  const parts = (filter as { field: string; operator: string; value?: unknown }[]).map((one, index) => {
    const field: Node = { constant: false, async: false, evaluate: reader(parseLocator(one.field)) };
    const operator = operators[one.operator];
    const value = scope.compile(one.value, ...at, index, 'value');
    return operator === undefined ? nothing : condition(one.operator, operator, field, value, scope);
  });
  return after(listNode(parts), (holds) => ((holds ?? []) as boolean[]).every(Boolean));
}

function typeFilter(filter: unknown, scope: TypeScope, at: readonly (string | number)[]): void {
  if (filter === false) {
    const message = 'this case is never taken: its filter is always false';
    scope.report({ code: 'type/always', message, at: ['$case', ...at] });
  }
  if (!Array.isArray(filter)) return void scope.typeOf(filter, ...at);
  for (const [index, one] of (filter as { field: string; operator: string; value?: unknown }[]).entries()) {
    const operator = operators[one.operator];
    if (operator === undefined) continue;
    const left = scope.typeAt(one.field, ...at, index, 'field');
    const right = scope.typeOf(one.value, ...at, index, 'value');
    const typed = {
      name: one.operator,
      operator,
      subject: `"${one.field}"`,
      left,
      right,
      written: one.value,
    };
    for (const { item, ...problem } of conditionProblems(scope.types, typed)) {
      const part =
        problem.code === 'type/operator' ? ['operator'] : item === undefined ? ['value'] : ['value', item];
      scope.report({ ...problem, at: ['$case', ...at, index, ...part] });
    }
  }
}
