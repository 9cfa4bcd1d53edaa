import type { JsonSchema } from '../core/schema.js';
import { parseLocator } from '../core/locator.js';
import { kind } from '../core/type-kinds.js';
import { listSchema } from '../core/type-literal.js';
import { itemOf } from '../core/type-property.js';
import { withoutNull } from '../core/type-union.js';
import { perhaps, type Type } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { describe } from './describe.js';
import { defineFormula, type Scope, type TypeScope } from './formula.js';
import { isOlder, olderSchema, withCurrent, type OlderIterate } from './iterate-older.js';
import { reader } from './locate.js';
import type { Evaluate, Node } from './node.js';

export const iterateFormula = defineFormula({
  name: '$iterate',
  summary:
    'A list of one value for each item of the source. Its variables are item, index (from 0) and parent (the variables around it); a value that is undefined or null is left out, and no value gives undefined.',
  schema: {
    anyOf: [
      {
        type: 'object',
        properties: { source: { type: 'array' }, item: {} },
        required: ['source', 'item'],
        additionalProperties: false,
        literal: true,
      },
      olderSchema,
    ],
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
    if (isOlder(argument as object)) return compileOlder(argument as OlderIterate, scope);
    const { source, item } = argument as { source: unknown; item: unknown };
    const variablesOf: VariablesOf = (parent, current, index) => ({ item: current, index, parent });
    return each(scope.compile(source, 'source'), scope.compileItem(item, 'item'), variablesOf, scope);
  },
  type(argument, scope) {
    if (isOlder(argument as object)) return typeOlder(argument as OlderIterate, scope);
    const { source, item } = argument as { source: unknown; item: unknown };
    const body = scope.typeOfItem(
      item,
      itemsOf(source, scope.typeOf(source, 'source'), scope, 'source'),
      'item',
    );
    return listOf(body, scope);
  },
});

function listOf(body: Type, { types }: TypeScope): Type {
  const { schema } = withoutNull(types, [body]);
  // No value for any item is no list.
  return perhaps(listSchema(types, [schema], 1));
}

/** The type of an item of the source. */
function itemsOf(part: unknown, list: Type, scope: TypeScope, at: string): JsonSchema {
  checkKinds(scope, '"source" of "$iterate"', list, kind.list, part, at);
  const item = itemOf(scope.types, list.schema);
  return item.is === 'known' ? item.type.schema : true;
}

/** Inside of the older form an item stands in the place of the list: of its variables nothing is known. */
function typeOlder({ locator }: OlderIterate, scope: TypeScope): Type {
  itemsOf({ $var: locator }, scope.typeAt(locator, 'locator'), scope, 'locator');
  return perhaps({ type: 'array' });
}

type VariablesOf = (variables: unknown, item: unknown, index: number) => unknown;

function compileOlder({ locator, items }: OlderIterate, scope: Scope): Node {
  const help = `write {"source": {"$var": "${locator}"}, "item": …} with {"$var": "item.…"} inside`;
  const message = '"$iterate" with "locator" and "items" is an older form';
  scope.report({ code: 'element/deprecated', message, at: ['$iterate', 'locator'], target: 'key', help });
  const path = parseLocator(locator);
  const list: Node = { constant: false, async: false, evaluate: reader(path) };
  const variablesOf: VariablesOf = (variables, item) => withCurrent(variables, path, item);
  return each(list, scope.compile(items, 'items'), variablesOf, scope);
}

function each(list: Node, body: Node, variablesOf: VariablesOf, scope: Scope): Node {
  const items = (value: unknown): readonly unknown[] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    throw scope.error('formula/shape', `"source" of "$iterate" takes a list, not ${describe(value)}`);
  };
  // Of nested lists that multiply, the time is what ends them.
  const checkTime = (started: number): void => {
    if (Date.now() - started <= scope.timeMs) return;
    const hint = 'nested lists multiply: bring the inner one down, or filter it where it comes from';
    throw scope.error('formula/time', `"$iterate" ran for more than ${scope.timeMs / 1000} s`, { hint });
  };
  const now: Evaluate = (variables, env) => {
    const started = Date.now();
    const results: unknown[] = [];
    for (const [index, item] of items(list.evaluate(variables, env)).entries()) {
      const value = body.evaluate(variablesOf(variables, item, index), env);
      if (value !== undefined && value !== null) results.push(value);
      checkTime(started);
    }
    return results.length === 0 ? undefined : results;
  };
  const later: Evaluate = async (variables, env) => {
    const results: unknown[] = [];
    for (const [index, item] of items(await list.evaluate(variables, env)).entries()) {
      const value = await body.evaluate(variablesOf(variables, item, index), env);
      if (value !== undefined && value !== null) results.push(value);
    }
    return results.length === 0 ? undefined : results;
  };
  const async = list.async || body.async;
  // Never evaluated ahead, so that a check takes no longer than the value is long.
  return { constant: false, async, evaluate: async ? later : now };
}
