import { describe } from './describe.js';
import { defineFormula, type FormulaEnv } from './formula.js';
import type { Evaluate } from './node.js';

export const iterateFormula = defineFormula({
  name: '$iterate',
  summary:
    'A list of one value for each item of the source. Its variables are item, index (from 0) and parent (the variables around it); a value that is undefined or null is left out, and no value gives undefined.',
  schema: {
    type: 'object',
    properties: { source: { type: 'array' }, item: {} },
    required: ['source', 'item'],
    additionalProperties: false,
    literal: true,
  },
  examples: [
    {
      title: 'one object per item',
      formula: {
        $iterate: {
          source: { $var: 'phones' },
          item: {
            number: { $var: 'item.value' },
            owner: { $var: 'parent.name' },
            position: { $var: 'index' },
          },
        },
      },
      variables: { name: 'Ada', phones: [{ value: '1' }, { value: '2' }] },
      result: [
        { number: '1', owner: 'Ada', position: 0 },
        { number: '2', owner: 'Ada', position: 1 },
      ],
    },
    {
      title: 'an empty list',
      formula: { $iterate: { source: { $var: 'phones' }, item: { $var: 'item' } } },
      variables: { phones: [] },
    },
  ],
  compile(argument, scope) {
    const { source, item } = argument as { source: unknown; item: unknown };
    const list = scope.compile(source, 'source');
    const body = scope.compileItem(item, 'item');
    const items = (value: unknown): readonly unknown[] => {
      if (value === undefined || value === null) return [];
      if (Array.isArray(value)) return value;
      throw scope.error('formula/shape', `"source" of "$iterate" takes a list, not ${describe(value)}`);
    };
    const now: Evaluate = (variables, env) =>
      eachNow(items(list.evaluate(variables, env)), body.evaluate, variables, env);
    const later: Evaluate = async (variables, env) =>
      eachLater(items(await list.evaluate(variables, env)), body.evaluate, variables, env);
    const async = list.async || body.async;
    return { constant: list.constant && body.constant, async, evaluate: async ? later : now };
  },
});

function eachNow(items: readonly unknown[], body: Evaluate, parent: unknown, env: FormulaEnv): unknown {
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const value = body({ item: items[index], index, parent }, env);
    if (value !== undefined && value !== null) results.push(value);
  }
  return results.length === 0 ? undefined : results;
}

async function eachLater(
  items: readonly unknown[],
  body: Evaluate,
  parent: unknown,
  env: FormulaEnv,
): Promise<unknown> {
  const results: unknown[] = [];
  for (const [index, item] of items.entries()) {
    const value = await body({ item, index, parent }, env);
    if (value !== undefined && value !== null) results.push(value);
  }
  return results.length === 0 ? undefined : results;
}
