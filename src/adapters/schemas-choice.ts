import { isObject, type Json } from '../core/json.js';
import { equal, reportLiterals, reportType, type Rules } from './schemas-assertions.js';
import type { Node } from './schemas-node.js';
import { listed, quote, type Found, type Walk } from './schemas-walk.js';

/** Keywords that apply other schemas to the same value. */
export const combinations: Rules = {
  $ref: (node) => (value, walk) => walk.follow(node, value),
  $dynamicRef: (target) => (value, walk) => walk.follow(walk.dynamicTarget(target), value),
  allOf: (nodes) => (value, walk) => {
    for (const node of nodes) walk.visit(node, value);
  },
  if: (condition, words) => (value, walk) => {
    const next = walk.fits(condition, value) ? words.then : words.else;
    if (next !== undefined) walk.visit(next, value);
  },
  anyOf: (nodes) => (value, walk) => {
    const trials: Trial[] = [];
    for (const node of nodes) {
      const found = walk.attempt(node, value);
      if (found.length === 0) return;
      trials.push({ node, found });
    }
    reportNearest(trials, value, walk);
  },
  oneOf: (nodes) => (value, walk) => {
    const trials = nodes.map((node) => ({ node, found: walk.attempt(node, value) }));
    const fitting = trials.filter(({ found }) => found.length === 0).length;
    if (fitting === 0) reportNearest(trials, value, walk);
    if (fitting > 1) {
      const forms = `${fitting} of the ${nodes.length} forms`;
      walk.report('schema/value', `${walk.subject()} fits ${forms} that it can have, and may only fit one`);
    }
  },
  not: (node) => (value, walk) => {
    if (!walk.fits(node, value)) return;
    walk.report('schema/value', forbidden(node, walk));
  },
};

interface Trial {
  readonly node: Node;
  readonly found: readonly Found[];
}

/** Of several forms that a value misses, reports what keeps it from the one that was probably meant. */
function reportNearest(trials: readonly Trial[], value: unknown, walk: Walk): void {
  const ofType = trials.filter(({ found }) => ownTypes(found, walk) === undefined);
  if (ofType.length === 0) {
    reportType([...new Set(trials.flatMap(({ found }) => ownTypes(found, walk) ?? []))], value, walk);
    return;
  }
  const literals = ofType.map(({ found }) => ownLiterals(found, walk));
  if (literals.every((values) => values !== undefined)) {
    reportLiterals(distinct(literals.flat()), value, walk);
    return;
  }
  const open = ofType.filter((_, index) => literals[index] === undefined);
  const meant = isObject(value) ? discriminated(open, value, walk) : open;
  if (meant === undefined || (meant.length > 1 && reportShared(meant, walk))) return;
  walk.found.push(...(best(meant)?.found ?? []));
}

/** Where each form misses one thing, and none is nearer than the others, the one sentence that says so. */
function reportShared(trials: readonly Trial[], walk: Walk): boolean {
  const alone = trials.flatMap(({ found: [first, ...more] }) =>
    first !== undefined && more.length === 0 && first.path.length === walk.path.length ? [first] : [],
  );
  if (alone.length < trials.length) return false;
  const fields = new Set(
    alone.flatMap(({ code, field }) => (code === 'schema/missing-field' ? [field ?? ''] : [])),
  );
  if (fields.size > 1) {
    walk.report('schema/missing-field', `one of ${listed([...fields].map(quote))} is missing`);
    return true;
  }
  const start = `${walk.subject()} must be `;
  if (!alone.every(({ message }) => message.startsWith(start))) return false;
  const wanted = [...new Set(alone.map(({ message }) => message.slice(start.length)))];
  walk.report('schema/value', start + listed(wanted, 'or'));
  return true;
}

/** The fewest problems win; of equals the one whose problems lie deeper, then the first. */
function best(trials: readonly Trial[]): Trial | undefined {
  const depth = ({ found }: Trial) => Math.max(...found.map(({ path }) => path.length));
  return trials.reduce<Trial | undefined>((winner, trial) => {
    if (winner === undefined) return trial;
    const fewer = trial.found.length - winner.found.length;
    return fewer < 0 || (fewer === 0 && depth(trial) > depth(winner)) ? trial : winner;
  }, undefined);
}

/**
 * The forms that the value's own `type` field (or whatever tells the forms apart) asks for. Undefined where it asks for
 * none of them, which is then reported.
 */
function discriminated(
  trials: readonly Trial[],
  value: Record<string, unknown>,
  walk: Walk,
): readonly Trial[] | undefined {
  const told = (name: string) => trials.filter(({ node }) => literalsAt(node, name) !== undefined).length;
  const field = ['type', ...Object.keys(value)].find((name) => told(name) > 1);
  if (field === undefined) return trials;
  const allowed = trials.map(({ node }) => literalsAt(node, field));
  const all = distinct(allowed.flatMap((values) => values ?? []));
  if (!Object.hasOwn(value, field)) {
    const required = trials.every(({ found }) =>
      found.some((problem) => ownMissing(problem, walk) === field),
    );
    if (!required) return trials;
    const help = `give one of ${listed(all.map((one) => JSON.stringify(one)))}`;
    walk.report('schema/missing-field', `${quote(field)} is missing`, { field, help });
    return undefined;
  }
  const fits = (values: readonly Json[] | undefined) =>
    values?.some((one) => equal(one, value[field])) === true;
  const asked = trials.filter((_, index) => fits(allowed[index]));
  const open = asked.length > 0 ? asked : trials.filter((_, index) => allowed[index] === undefined);
  if (open.length > 0) return open;
  walk.path.push(field);
  reportLiterals(all, value[field], walk);
  walk.path.pop();
  return undefined;
}

/** The exact values that a form allows in a field. */
function literalsAt(node: Node, field: string, depth = 0): readonly Json[] | undefined {
  if (typeof node === 'boolean' || depth > 5) return undefined;
  const { properties, $ref, allOf = [] } = node.words;
  const own = properties !== undefined && Object.hasOwn(properties, field) ? properties[field] : undefined;
  const values = own === undefined ? undefined : literalsOf(own);
  if (values !== undefined) return values;
  for (const inner of $ref === undefined ? allOf : [$ref, ...allOf]) {
    const found = literalsAt(inner, field, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function literalsOf(node: Node, depth = 0): readonly Json[] | undefined {
  if (typeof node === 'boolean' || depth > 5) return undefined;
  if (node.words.const !== undefined) return [node.words.const];
  return (
    node.words.enum ?? (node.words.$ref === undefined ? undefined : literalsOf(node.words.$ref, depth + 1))
  );
}

function ownTypes(found: readonly Found[], walk: Walk): readonly string[] | undefined {
  return found.find(({ types, path }) => types !== undefined && path.length === walk.path.length)?.types;
}

function ownLiterals(found: readonly Found[], walk: Walk): readonly Json[] | undefined {
  return found.find(({ literals, path }) => literals !== undefined && path.length === walk.path.length)
    ?.literals;
}

function ownMissing(found: Found | undefined, walk: Walk): string | undefined {
  return found?.code === 'schema/missing-field' && found.path.length === walk.path.length
    ? found.field
    : undefined;
}

function distinct(values: readonly Json[]): Json[] {
  return values.filter((value, index) => values.findIndex((other) => equal(other, value)) === index);
}

function forbidden(node: Node, walk: Walk): string {
  const { required = [] } = typeof node === 'boolean' ? {} : node.words;
  const values = literalsOf(node);
  if (values !== undefined)
    return `${walk.subject()} must not be ${listed(
      values.map((one) => JSON.stringify(one)),
      'or',
    )}`;
  if (required.length === 1) return `${walk.subject()} must not have ${listed(required.map(quote))}`;
  if (required.length > 1)
    return `${walk.subject()} must not have ${listed(required.map(quote), 'and')} together`;
  return `${walk.subject()} has a form that is not allowed here`;
}
