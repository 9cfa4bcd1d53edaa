import { isObject } from '../core/json.js';
import { itemOf, propertyOf } from '../core/type-property.js';
import { kind } from '../core/type-kinds.js';
import { unionOfTypes } from '../core/type-union.js';
import { missing, unknown, type Type } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { conditionProblems } from './condition-type.js';
import { describe } from './describe.js';
import { equal } from './equal.js';
import { defineFormula, type Scope, type TypeScope } from './formula.js';
import { subjectOf } from './subject.js';
import { operators } from './operators.js';
import { afterBoth, goOn, search, tupleNode, type Decide, type Node } from './node.js';

interface Entry {
  readonly from?: unknown;
  readonly to?: unknown;
}

export const mapFormula = defineFormula({
  name: '$map',
  summary:
    'What a value is mapped to: the "to" of the first entry whose "from" is equal to it, or the default.',
  schema: {
    type: 'object',
    properties: {
      value: {},
      mapping: {
        type: 'array',
        items: {
          type: 'object',
          properties: { from: {}, to: {} },
          required: ['from'],
          additionalProperties: false,
          literal: true,
        },
      },
      default: {},
    },
    required: ['value', 'mapping'],
    additionalProperties: false,
    literal: true,
  },
  examples: [
    {
      title: 'statuses of two systems',
      formula: {
        $map: {
          value: { $var: 'status' },
          mapping: [
            { from: 'todo', to: 'Open' },
            { from: 'done', to: 'Closed' },
          ],
          default: 'Unknown',
        },
      },
      variables: { status: 'done' },
      result: 'Closed',
    },
    {
      title: 'the mapping may come from the variables',
      formula: { $map: { value: { $var: 'status' }, mapping: { $var: 'parameters.statuses' } } },
      variables: { status: 'done', parameters: { statuses: [{ from: 'done', to: 'Closed' }] } },
      result: 'Closed',
    },
  ],
  compile(argument, scope) {
    const {
      value,
      mapping,
      default: otherwise,
    } = argument as { value: unknown; mapping: unknown; default?: unknown };
    const subject = scope.compile(value, 'value');
    const fallback = scope.compile(otherwise, 'default');
    if (Array.isArray(mapping)) return ofEntries(subject, mapping as Entry[], fallback, scope);
    return search(
      [afterBoth(subject, scope.compile(mapping, 'mapping'), (wanted, list) => find(wanted, list, scope))],
      (found) => found,
      fallback.evaluate,
      [fallback],
    );
  },
  type(argument, scope) {
    const { value, mapping, default: otherwise } = argument as Record<string, unknown>;
    const subject = scope.typeOf(value, 'value');
    const results = Array.isArray(mapping)
      ? typesOfEntries(mapping as Entry[], subject, subjectOf(value), scope)
      : [typeOfMapping(mapping, scope)];
    const fallback = otherwise === undefined ? missing : scope.typeOfResult(otherwise, 'default');
    return unionOfTypes(scope.types, [...results, fallback]);
  },
});

function typesOfEntries(entries: readonly Entry[], left: Type, subject: string, scope: TypeScope): Type[] {
  return entries.map((entry, index) => {
    const right = scope.typeOf(entry.from, 'mapping', index, 'from');
    const operator = operators['is'];
    if (operator !== undefined && isObject(left.schema)) {
      const typed = { name: 'from', operator, subject, left, right, written: entry.from };
      for (const problem of conditionProblems(scope.types, typed)) {
        if (problem.code === 'type/enum')
          scope.report({ ...problem, at: ['$map', 'mapping', index, 'from'] });
      }
    }
    return scope.typeOfResult(entry.to, 'mapping', index, 'to');
  });
}

/** What a mapping that comes from the variables can give. */
function typeOfMapping(mapping: unknown, scope: TypeScope): Type {
  const list = scope.typeOf(mapping, 'mapping');
  checkKinds(scope, '"mapping" of "$map"', list, kind.list, mapping, 'mapping');
  const entry = itemOf(scope.types, list.schema);
  if (entry.is !== 'known') return unknown;
  const to = propertyOf(scope.types, entry.type.schema, 'to');
  return to.is === 'known' ? { ...to.type, optional: true } : unknown;
}

function ofEntries(subject: Node, entries: readonly Entry[], fallback: Node, scope: Scope): Node {
  const from = entries.map((entry, index) => scope.compile(entry.from, 'mapping', index, 'from'));
  const to = entries.map((entry, index) => scope.compile(entry.to, 'mapping', index, 'to'));
  const evaluates = to.map((node) => node.evaluate);
  const chosen = [...to, fallback];
  if (from.every((node) => node.constant)) {
    const find = finder(from.map((node) => node.evaluate({}, {})));
    const decide: Decide = (wanted, _, variables, env) => {
      const evaluate = evaluates[find(wanted)];
      return evaluate === undefined ? goOn : evaluate(variables, env);
    };
    return search([subject], decide, fallback.evaluate, chosen);
  }
  const decide: Decide = (values, _, variables, env) => {
    const [wanted, ...keys] = values as unknown[];
    const evaluate = evaluates[keys.findIndex((key) => equal(wanted, key))];
    return evaluate === undefined ? goOn : evaluate(variables, env);
  };
  return search([tupleNode([subject, ...from])], decide, fallback.evaluate, chosen);
}

/** Finds the place of a value among known ones, or -1. A text among texts is looked up, not compared with each. */
function finder(keys: readonly unknown[]): (wanted: unknown) => number {
  const places = new Map<unknown, number>();
  for (const [index, key] of keys.entries()) if (!places.has(key)) places.set(key, index);
  const onlyTexts = keys.every((key) => typeof key === 'string');
  return (wanted) =>
    onlyTexts && typeof wanted === 'string'
      ? (places.get(wanted) ?? -1)
      : keys.findIndex((key) => equal(wanted, key));
}

/** The `to` of a mapping that came from the variables. */
function find(wanted: unknown, list: unknown, scope: Scope): unknown {
  if (list === undefined || list === null) return goOn;
  if (!Array.isArray(list))
    throw scope.error('formula/shape', `"mapping" of "$map" takes a list, not ${describe(list)}`);
  const entry = (list as unknown[]).find((one) => isObject(one) && equal(wanted, one['from']));
  return isObject(entry) ? entry['to'] : goOn;
}
