import { parseLocator } from '../core/locator.js';
import type { JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Types } from '../core/type-alternatives.js';
import { literalSchema, listSchema, objectSchema } from '../core/type-literal.js';
import { locateType } from '../core/type-locate.js';
import { misfit } from '../core/type-fit.js';
import { itemOf } from '../core/type-property.js';
import { missing, surely, unknown, type Type } from '../core/type.js';
import { copiedPart, holdsCopy } from './copied-part.js';
import { deadEndProblem } from './dead-end.js';
import type { Formula, TypeScope } from './formula.js';
import { formulas } from './index.js';
import { isFormula } from './is-formula.js';
import { misfitProblem } from './misfit-problem.js';
import { misshapen } from './shape.js';
import { fieldTargets, type FieldProblem } from './target-fields.js';
import type { TypeProblem } from './type-of.js';

/** What typing a whole value needs to know everywhere in it. */
export interface TypeTask {
  /** The whole value, which `$copy` addresses. */
  readonly root: unknown;
  readonly types: Types;
  readonly variables: JsonSchema;
  readonly hasDataLinkTable: ((key: string) => boolean) | undefined;
  readonly report: (problem: TypeProblem) => void;
  /** How many parts may still be looked at: a value may hold itself, by aliases. */
  partsLeft: number;
}

/** A path that costs nothing to make longer. */
interface Place {
  readonly around: Place | undefined;
  readonly name: string | number;
  readonly depth: number;
}

/** Where a part stands. */
interface Site {
  readonly place: Place | undefined;
  readonly variables: JsonSchema;
  /** How many `$iterate`s are around it. */
  readonly iterates: number;
  /** What the part becomes; undefined: anything. */
  readonly target: JsonSchema | undefined;
  /** Only `$var` is a formula here. */
  readonly variablesOnly: boolean;
  /** Inside of what a `$copy` copies. */
  readonly copying: boolean;
}

const deepest = 500;

const someList = surely({ type: 'array' });
const someObject = surely({ type: 'object' });

/** The type of a value with formulas in it. */
export function typeRoot(task: TypeTask, target: JsonSchema | undefined): Type {
  const { root, variables } = task;
  const plain = { place: undefined, iterates: 0, variablesOnly: false, copying: false };
  return typePart(task, root, { ...plain, variables, target });
}

function typePart(task: TypeTask, value: unknown, site: Site): Type {
  if (value === undefined) return missing;
  if (typeof value !== 'object' || value === null) {
    const type = surely(literalSchema(task.types, value));
    checkFit(task, type, value, site);
    return type;
  }
  task.partsLeft -= 1;
  if (task.partsLeft < 0 || (site.place?.depth ?? 0) > deepest) return unknown;
  if (Array.isArray(value)) return typeList(task, value, site);
  const name = isFormula(value);
  const formula = name === undefined ? undefined : formulas.get(name);
  if (formula !== undefined && (!site.variablesOnly || name === '$var'))
    return typeFormula(task, formula, value as Record<string, unknown>, site);
  return typeFields(task, value, site);
}

function typeList(task: TypeTask, list: readonly unknown[], site: Site): Type {
  const { target } = site;
  const fits = checkFit(task, someList, list, site);
  const parts = list.map((item, index) => {
    const wanted = target === undefined || !fits ? undefined : itemOf(task.types, target, index);
    return typePart(task, item, inside(site, index, wanted?.is === 'known' ? wanted.type.schema : undefined));
  });
  const schemas = parts.map(({ schema }) => schema);
  const least = parts.filter(({ optional }) => !optional).length;
  return { schema: listSchema(task.types, schemas, least), optional: list.length > 0 && least === 0 };
}

function typeFields(task: TypeTask, object: object, site: Site): Type {
  const fits = checkFit(task, someObject, object, site);
  const report = ({ at, ...problem }: FieldProblem): void =>
    task.report({ ...problem, path: pathOf(at === undefined ? site.place : below(site.place, at)) });
  const names = Object.keys(object);
  const targets =
    site.target === undefined || !fits ? undefined : fieldTargets(task.types, names, site.target, report);
  const fields = names.map((name): [string, Type] => [
    name,
    typePart(task, (object as Record<string, unknown>)[name], inside(site, name, targets?.get(name))),
  ]);
  const optional = fields.length > 0 && fields.every(([, type]) => type.optional);
  return { schema: objectSchema(fields), optional };
}

function typeFormula(task: TypeTask, formula: Formula, whole: Record<string, unknown>, site: Site): Type {
  const argument = whole[formula.name];
  const around = inside(site, formula.name, undefined);
  if (misshapen(formula, whole).length > 0) {
    // What is wrong with the shape is reported by others; the locators in the parts are looked at nevertheless.
    typePart(task, argument, around);
    return unknown;
  }
  const passed = { on: false };
  const type = formula.type(argument, scopeOf(task, whole, site, around, passed));
  if (!passed.on) checkFit(task, type, whole, site);
  return type;
}

function scopeOf(
  task: TypeTask,
  whole: Record<string, unknown>,
  site: Site,
  argument: Site,
  passed: { on: boolean },
): TypeScope {
  return {
    whole,
    types: task.types,
    typeOf: (part, ...at) => typePart(task, part, insideAll(argument, at)),
    typeOfResult: (part, ...at) => {
      passed.on = true;
      return typePart(task, part, { ...insideAll(argument, at), target: site.target });
    },
    typeOfBeside: (key) => typePart(task, whole[key], inside(site, key, undefined)),
    typeOfItem: (part, item, ...at) =>
      typePart(task, part, {
        ...insideAll(argument, at),
        variables: itemVariables(item, site.variables),
        iterates: site.iterates + 1,
      }),
    typeOfVariables: (part) => {
      passed.on = true;
      const inner = { ...argument, variablesOnly: true };
      // The argument is the result itself, even when it is a `$var`.
      return typeof part === 'object' && part !== null && !Array.isArray(part)
        ? typeFields(task, part, inner)
        : typePart(task, part, inner);
    },
    typeOfCopy: (locator) => typeCopy(task, locator, site),
    typeAt: (locator, ...at) => typeAt(task, locator, insideAll(argument, at)),
    hasDataLinkTable: (key) => task.hasDataLinkTable?.(key),
    report: ({ at = [], target = 'value', ...problem }) =>
      task.report({ ...problem, path: [...pathOf(site.place), ...at], target }),
  };
}

function typeAt(task: TypeTask, locator: string, site: Site): Type {
  const path = parseLocator(locator);
  const { type, deadEnd } = locateType(task.types, site.variables, path);
  if (deadEnd !== undefined) {
    const declared = outside(deadEnd.declared, site.iterates);
    const problem = deadEndProblem(locator, path, { ...deadEnd, declared });
    task.report({ ...problem, path: pathOf(site.place), target: 'value' });
  }
  return type;
}

/** A path in the variables of the whole value, for one in those inside of `$iterate`s; an item stands nowhere there. */
function outside(declared: JsonPath | undefined, iterates: number): JsonPath | undefined {
  if (declared === undefined || iterates === 0) return declared;
  return declared[1] === 'parent' ? outside(declared.slice(2), iterates - 1) : undefined;
}

/** Problems inside of what is copied are reported where it stands. */
function typeCopy(task: TypeTask, locator: string, site: Site): Type {
  const { source, inner } = copiedPart(task.root, parseLocator(locator));
  if (site.copying || source === undefined || holdsCopy(source)) return unknown;
  const quiet: TypeTask = { ...task, report: () => {}, partsLeft: Math.min(task.partsLeft, 1_000) };
  const copied = typePart(quiet, source, {
    place: undefined,
    variables: task.variables,
    iterates: 0,
    target: undefined,
    variablesOnly: false,
    copying: true,
  });
  const { type } = locateType(task.types, copied.schema, inner);
  return { ...type, optional: type.optional || copied.optional };
}

/** Compares a part with what it becomes, and says whether it fits. */
function checkFit(task: TypeTask, type: Type, value: unknown, site: Site): boolean {
  if (site.target === undefined) return true;
  const why = misfit(task.types, type.schema, site.target);
  if (why === undefined) return true;
  const { at, ...problem } = misfitProblem(task.types, why, value);
  task.report({ ...problem, path: [...pathOf(site.place), ...at], target: 'value' });
  return false;
}

function itemVariables(item: JsonSchema, parent: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { item, index: { type: 'integer', minimum: 0 }, parent },
    required: ['item', 'index', 'parent'],
    additionalProperties: false,
  };
}

function inside(site: Site, name: string | number, target: JsonSchema | undefined): Site {
  const { variables, iterates, variablesOnly, copying } = site;
  return { place: below(site.place, name), variables, iterates, target, variablesOnly, copying };
}

function insideAll(site: Site, at: JsonPath): Site {
  return at.reduce<Site>((one, name) => inside(one, name, undefined), site);
}

function below(around: Place | undefined, name: string | number): Place {
  return { around, name, depth: (around?.depth ?? 0) + 1 };
}

function pathOf(place: Place | undefined): JsonPath {
  const path: (string | number)[] = [];
  for (let one = place; one !== undefined; one = one.around) path.push(one.name);
  return path.reverse();
}
