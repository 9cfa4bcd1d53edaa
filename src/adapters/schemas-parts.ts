import { isObject } from '../core/json.js';
import { didYouMean, nearest } from '../core/nearest.js';
import { count, type Rules } from './schemas-assertions.js';
import { evaluatedFields, evaluatedItems } from './schemas-evaluated.js';
import { regexOf, type Node, type ObjectNode, type Words } from './schemas-node.js';
import { listed, quote, type Check, type Walk } from './schemas-walk.js';

/** Keywords that look into lists and objects. */
export const parts: Rules = {
  required: (names) => (value, walk) => {
    if (!isObject(value)) return;
    for (const name of names) if (!has(value, name)) reportMissing(name, walk);
  },
  dependentRequired: (needs) => (value, walk) => {
    if (!isObject(value)) return;
    for (const [field, names] of Object.entries(needs)) {
      if (!has(value, field)) continue;
      for (const name of names)
        if (!has(value, name)) reportMissing(name, walk, `, which ${quote(field)} needs`);
    }
  },
  dependentSchemas: (nodes) => {
    const entries = Object.entries(nodes);
    return (value, walk) => {
      if (!isObject(value)) return;
      for (const [field, node] of entries) if (has(value, field)) walk.visit(node, value);
    };
  },
  properties: (_, words) => fields(words),
  patternProperties: (_, words) => (words.properties === undefined ? fields(words) : nothing),
  additionalProperties: (_, words) =>
    words.properties === undefined && words.patternProperties === undefined ? fields(words) : nothing,
  propertyNames: (node) => (value, walk) => {
    if (!isObject(value)) return;
    for (const name of Object.keys(value)) {
      walk.path.push(name);
      for (const problem of walk.attempt(node, name)) {
        walk.found.push({ ...problem, target: 'key', message: `the name ${problem.message}` });
      }
      walk.path.pop();
    }
  },
  prefixItems: (nodes, words) => (value, walk) => {
    if (!Array.isArray(value)) return;
    for (const [index, node] of nodes.entries())
      if (index < value.length) walk.visitAt(index, node, value[index]);
    if (words.items === false && value.length > nodes.length) {
      walk.report('schema/value', `${walk.subject()} must have at most ${count(nodes.length, 'item')}`);
    }
  },
  items: (node, words) => {
    const from = words.prefixItems?.length ?? 0;
    if (node === false && from > 0) return nothing;
    return (value, walk) => {
      if (!Array.isArray(value)) return;
      for (let index = from; index < value.length; index += 1) walk.visitAt(index, node, value[index]);
    };
  },
  contains:
    (node, { minContains = 1, maxContains = Infinity }) =>
    (value, walk) => {
      if (!Array.isArray(value)) return;
      const fitting = value.filter((item) => walk.fits(node, item)).length;
      if (fitting < minContains) {
        const least = minContains === 1 ? 'an item' : count(minContains, 'item');
        walk.report(
          'schema/value',
          `${walk.subject()} must have ${least} of a certain form${expectation(node)}`,
        );
      }
      if (fitting > maxContains) {
        const most = count(maxContains, 'item');
        walk.report(
          'schema/value',
          `${walk.subject()} must have at most ${most} of a certain form${expectation(node)}`,
        );
      }
    },
};

/** They ask what the others have seen, so they come last. */
export const leftovers: {
  readonly [K in 'unevaluatedProperties' | 'unevaluatedItems']: (node: Node, owner: ObjectNode) => Check;
} = {
  unevaluatedProperties: (node, owner) => (value, walk) => {
    if (!isObject(value)) return;
    const seen = evaluatedFields(owner, value, walk);
    if (seen === 'all') return;
    for (const [name, field] of Object.entries(value)) {
      if (seen.has(name) || field === undefined) continue;
      if (node !== false) {
        walk.visitAt(name, node, field);
        continue;
      }
      const known = evaluatedFields(owner, value, walk, true);
      // a field of a form that the value misses for another reason, which is the one to tell
      if (!known.has(name) || walk.found.length === 0) reportUnknown(name, [...known], walk, value);
    }
  },
  unevaluatedItems: (node, owner) => (value, walk) => {
    if (!Array.isArray(value)) return;
    const seen = evaluatedItems(owner, value, walk);
    if (seen === 'all') return;
    for (const [index, item] of value.entries()) if (!seen.has(index)) walk.visitAt(index, node, item);
  },
};

export function has(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(value, name) && value[name] !== undefined;
}

const nothing: Check = () => undefined;

/** `properties`, `patternProperties` and `additionalProperties` in one turn over the fields of the value. */
function fields({ properties = {}, patternProperties = {}, additionalProperties = true }: Words): Check {
  const known = new Map(Object.entries(properties));
  const patterns = Object.entries(patternProperties).map(
    ([pattern, node]) => [regexOf(pattern), node] as const,
  );
  return (value, walk) => {
    if (!isObject(value)) return;
    for (const name in value) {
      if (!Object.hasOwn(value, name) || value[name] === undefined) continue;
      const node = known.get(name);
      let claimed = node !== undefined;
      if (node !== undefined) walk.visitAt(name, node, value[name]);
      for (const [pattern, wanted] of patterns) {
        if (!pattern.test(name)) continue;
        claimed = true;
        walk.visitAt(name, wanted, value[name]);
      }
      if (claimed || additionalProperties === true) continue;
      if (additionalProperties === false) reportUnknown(name, [...known.keys()], walk, value);
      else walk.visitAt(name, additionalProperties, value[name]);
    }
  };
}

function reportMissing(name: string, walk: Walk, why = ''): void {
  walk.report('schema/missing-field', `${quote(name)} is missing${why}`, { field: name });
}

/** `known`: the names that are allowed; those that the value has already are the worse guesses. */
function reportUnknown(name: string, known: readonly string[], walk: Walk, value: object = {}): void {
  const free = known.filter((candidate) => !Object.hasOwn(value, candidate));
  const near = nearest(name, free) ?? nearest(name, known);
  const allowed =
    known.length > 0 && known.length <= 12 ? `known fields: ${listed(known.map(quote))}` : undefined;
  const help = didYouMean(name, free) ?? didYouMean(name, known) ?? allowed;
  walk.path.push(name);
  walk.report('schema/unknown-field', `unknown field ${quote(name)}`, {
    target: 'key',
    field: name,
    near,
    ...(help === undefined ? {} : { help }),
  });
  walk.path.pop();
}

function expectation(node: Node): string {
  if (typeof node === 'boolean') return '';
  const { const: only, enum: values = only === undefined ? [] : [only] } = node.words;
  return values.length === 0
    ? ''
    : `: ${listed(
        values.map((value) => JSON.stringify(value)),
        'or',
      )}`;
}
