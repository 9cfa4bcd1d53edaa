import { isObject, same, type JsonPath } from './json.js';
import type { JsonSchema } from './schema.js';
import { alternativesOf, type Alternative, type Types } from './type-alternatives.js';
import { kind, kindOfValue } from './type-kinds.js';
import { itemIn, propertyIn } from './type-property.js';

/** Why no value of a type fits another type. */
export interface Misfit {
  /** Where inside the value; a 0 stands for each item of a list. */
  readonly path: JsonPath;
  /** What is there. */
  readonly given: JsonSchema;
  /** What is wanted there. */
  readonly wanted: JsonSchema;
  readonly why: 'kind' | 'value';
}

/** Deeper differences are not looked for: schemas may go in circles. */
const deepest = 8;

/**
 * Why no value of the type `given` can fit the type `wanted`, or undefined where one may. Nothing (null, a missing
 * field, an empty list) is no reason: a list of texts does not fit a list of numbers, although it may be empty.
 */
export function misfit(types: Types, given: JsonSchema, wanted: JsonSchema, depth = 0): Misfit | undefined {
  if (given === true || given === wanted || wanted === false || depth > deepest) return undefined;
  const forms = alternativesOf(types, given).filter(({ kinds }) => (kinds & ~kind.null) !== 0);
  const targets = alternativesOf(types, wanted);
  let first: Misfit | undefined;
  for (const form of forms) {
    const why = misfitOf(types, form, targets, { path: [], given, wanted, why: 'kind' }, depth);
    if (why === undefined) return undefined;
    first = first === undefined || rank(why) > rank(first) ? why : first;
  }
  return first;
}

/** Why one form fits none of the targets: what keeps it from the one that it comes nearest to. */
function misfitOf(
  types: Types,
  form: Alternative,
  targets: readonly Alternative[],
  kindMisfit: Misfit,
  depth: number,
): Misfit | undefined {
  let first: Misfit = kindMisfit;
  for (const target of targets) {
    const why = between(types, form, target, kindMisfit, depth);
    if (why === undefined) return undefined;
    if (rank(why) > rank(first)) first = why;
  }
  return first;
}

/** A value that is none of those wanted comes nearer than one of another kind. */
function rank({ path, why }: Misfit): number {
  return path.length * 2 + (why === 'value' ? 1 : 0);
}

function between(
  types: Types,
  form: Alternative,
  target: Alternative,
  kindMisfit: Misfit,
  depth: number,
): Misfit | undefined {
  const kinds = form.kinds & target.kinds & ~kind.null;
  if (kinds === 0) return kindMisfit;
  if (form.values !== undefined) {
    const possible = form.values.filter((value) => (kindOfValue(value) & kinds) !== 0);
    if (possible.length === 0) return kindMisfit;
    const wanted = target.values;
    if (wanted !== undefined && !possible.some((value) => wanted.some((other) => same(value, other))))
      return { ...kindMisfit, why: 'value' };
    return undefined;
  }
  if (kinds === kind.object) return misfitOfFields(types, form, target, depth);
  if (kinds === kind.list) return misfitOfItems(types, form, target, depth);
  return undefined;
}

function misfitOfFields(
  types: Types,
  form: Alternative,
  target: Alternative,
  depth: number,
): Misfit | undefined {
  for (const part of form.parts) {
    if (!isObject(part['properties'])) continue;
    for (const name of Object.keys(part['properties'])) {
      const [given, wanted] = [propertyIn(form, name), propertyIn(target, name)];
      if (given.is !== 'known' || wanted.is !== 'known') continue;
      const why = misfit(types, given.type.schema, wanted.type.schema, depth + 1);
      if (why !== undefined) return { ...why, path: [name, ...why.path] };
    }
  }
  return undefined;
}

function misfitOfItems(
  types: Types,
  form: Alternative,
  target: Alternative,
  depth: number,
): Misfit | undefined {
  const [given, wanted] = [itemIn(types, form), itemIn(types, target)];
  if (given.is !== 'known' || wanted.is !== 'known') return undefined;
  const why = misfit(types, given.type.schema, wanted.type.schema, depth + 1);
  return why === undefined ? undefined : { ...why, path: [0, ...why.path] };
}
