import { MembraneError } from '../core/error.js';
import { isObject, type JsonPath } from '../core/json.js';
import { parseLocator } from '../core/locator.js';
import { didYouMean } from '../core/nearest.js';
import { copiedPart, holdsCopy } from './copied-part.js';
import type { Finding, Formula, FormulaProblem, Scope } from './formula.js';
import { formulas } from './index.js';
import { isFormula } from './is-formula.js';
import { reader } from './locate.js';
import { after, constantNode, listNode, nothing, objectNode, type Node } from './node.js';
import { explained } from './overflow.js';
import { misshapen } from './shape.js';

/** What compiling a whole value needs to know everywhere in it. */
export interface Task {
  /** The whole value, which `$copy` addresses. */
  readonly root: unknown;
  readonly depth: number;
  readonly timeMs: number;
  /** A check collects; a compile throws, and never sees the problems that only a check looks for. */
  readonly report: (problem: FormulaProblem) => void;
  /** Present in a check, which looks at plain values too and waits for what takes time to find. */
  readonly later?: (find: () => Promise<FormulaProblem | undefined>) => void;
  /** Names with a `$` that are keywords where the value stands. */
  readonly keywords: ReadonlySet<string>;
}

/** Where a part stands. */
interface Site {
  readonly path: JsonPath;
  /** How many formulas are around it. */
  readonly formulas: number;
  /** How many `$iterate`s are around it. */
  readonly iterates: number;
  /** Only `$var` is a formula here. */
  readonly variablesOnly: boolean;
  /** Inside of what a `$copy` copies. */
  readonly copying: boolean;
}

/** How much deeper than formulas plain objects and lists may be nested: enough for people, not for the stack. */
const levelsPerFormula = 5;

const top: Site = { path: [], formulas: 0, iterates: 0, variablesOnly: false, copying: false };

/** Compiles a value with formulas in it: a check and a compile are the same walk. */
export function compileRoot(task: Task): Node {
  return compilePart(task, task.root, top);
}

function compilePart(task: Task, value: unknown, site: Site): Node {
  if (typeof value !== 'object' || value === null) return constantNode(value);
  if (site.formulas > task.depth || site.path.length > task.depth * levelsPerFormula) {
    const message =
      site.formulas > task.depth
        ? `formulas are nested more than ${task.depth} deep`
        : 'the value is nested too deep';
    task.report({ code: 'formula/depth', message, path: site.path, target: 'value' });
    return nothing;
  }
  return folded(
    task,
    Array.isArray(value) ? compileList(task, value, site) : compileObject(task, value, site),
    site,
  );
}

/** What is the same for all variables is evaluated once. */
function folded(task: Task, node: Node, site: Site): Node {
  if (!node.constant) return node;
  try {
    return constantNode(node.evaluate(undefined, {}));
  } catch (caught) {
    const error = explained(caught);
    if (!(error instanceof MembraneError)) throw error;
    const path = (error.data?.['path'] as JsonPath | undefined) ?? site.path;
    task.report({ code: error.code, message: error.message, path, target: 'value', ...help(error.hint) });
    return nothing;
  }
}

function compileList(task: Task, list: readonly unknown[], site: Site): Node {
  const parts = list.map((item, index) => compilePart(task, item, inside(site, index)));
  return isAsWritten(parts, list) ? constantNode(list) : listNode(parts);
}

/** Nothing in there was a formula, and the value can stand for itself. */
function isAsWritten(parts: readonly Node[], source: readonly unknown[]): boolean {
  return parts.every((part, index) => part.constant && part.evaluate(undefined, {}) === source[index]);
}

function compileObject(task: Task, object: object, site: Site): Node {
  const name = isFormula(object);
  const formula = name === undefined ? undefined : formulas.get(name);
  if (formula !== undefined && (!site.variablesOnly || name === '$var')) {
    return compileFormulaObject(task, formula, object as Record<string, unknown>, site);
  }
  if (formula === undefined && task.later !== undefined) questionKeys(task, object, site);
  return compileFields(task, object, site);
}

function compileFields(task: Task, object: object, site: Site): Node {
  const entries = Object.entries(object);
  const parts = entries.map(([key, part]) => compilePart(task, part, inside(site, key)));
  const values = entries.map(([, part]) => part);
  if (!values.includes(undefined) && isAsWritten(parts, values)) return constantNode(object);
  const kept = entries.flatMap(([key], index) =>
    isNothing(parts[index]) ? [] : [{ key, part: parts[index] as Node }],
  );
  if (kept.length === 0 && entries.length > 0) return nothing;
  return objectNode(
    kept.map(({ key }) => key),
    kept.map(({ part }) => part),
  );
}

function isNothing(part: Node | undefined): boolean {
  return part === undefined || (part.constant && part.evaluate(undefined, {}) === undefined);
}

function compileFormulaObject(
  task: Task,
  formula: Formula,
  whole: Record<string, unknown>,
  site: Site,
): Node {
  const argument = whole[formula.name];
  const problems = misshapen(formula, whole);
  if (problems.length === 0) return formula.compile(argument, scopeOf(task, formula, whole, site));
  for (const problem of problems) task.report({ ...problem, path: [...site.path, ...problem.path] });
  // A check goes on in the parts.
  compilePart(task, argument, inside(site, formula.name));
  return nothing;
}

function scopeOf(task: Task, formula: Formula, whole: Record<string, unknown>, site: Site): Scope {
  const around = { ...site, formulas: site.formulas + 1 };
  const argument = inside(around, formula.name);
  return {
    whole,
    path: site.path,
    timeMs: task.timeMs,
    compile: (part, ...at) => compilePart(task, part, inside(argument, ...at)),
    compileBeside: (key) => compilePart(task, whole[key], inside(around, key)),
    compileItem: (part, ...at) =>
      compilePart(task, part, { ...inside(argument, ...at), iterates: site.iterates + 1 }),
    compileVariables: (part) => compileInner(task, part, { ...argument, variablesOnly: true }),
    compileCopy: (locator) => compileCopy(task, locator, site),
    report: ({ at = [], target = 'value', ...finding }) =>
      task.report({ ...finding, path: [...site.path, ...at], target }),
    reportLater: (find) => task.later?.(async () => placed(await find(), argument.path)),
    error: (code, message, { hint, cause } = {}) =>
      new MembraneError(code, message, { hint, cause, data: { path: site.path } }),
  };
}

function placed(finding: Finding | undefined, path: JsonPath): FormulaProblem | undefined {
  return finding === undefined ? undefined : { ...finding, path, target: 'value' };
}

/** The argument of `$formula`: it is the result itself, even when it is a `$var`. */
function compileInner(task: Task, value: unknown, site: Site): Node {
  if (!isObject(value)) return compilePart(task, value, site);
  return folded(task, compileFields(task, value, site), site);
}

/**
 * A copied part is compiled once more, in the place of the `$copy`. Where the locator leads into a formula, it goes
 * on in what the formula gives. Copies of copies are refused: they could go in circles, or grow without bounds.
 */
function compileCopy(task: Task, locator: string, site: Site): Node {
  const refuse = (message: string): Node => {
    const help = 'name a part of the value being built, such as "$.name"';
    task.report({ code: 'formula/shape', message, path: [...site.path, '$copy'], target: 'value', help });
    return nothing;
  };
  if (site.copying) return nothing;
  const { source, outer, inner } = copiedPart(task.root, parseLocator(locator));
  if (source === undefined) return refuse(`"$copy" copies "${locator}", which is not there`);
  if (holdsCopy(source)) return refuse(`"$copy" copies "${locator}", which holds a "$copy" itself`);
  // Problems inside are reported where they stand.
  const quiet: Task = { ...task, ...(task.later === undefined ? {} : { report: () => {}, later: () => {} }) };
  const node = compilePart(quiet, source, { ...top, path: outer, copying: true });
  return after(outerVariables(node, site.iterates), reader(inner));
}

/** Inside of `$iterate` the variables of the whole value are those of its outermost parent. */
function outerVariables(node: Node, iterates: number): Node {
  if (iterates === 0 || node.constant) return node;
  const { async, evaluate } = node;
  const read = reader(Array.from({ length: iterates }, () => 'parent'));
  return { constant: false, async, evaluate: (variables, env) => evaluate(read(variables), env) };
}

/** Keys with a `$` that are no formula: probably misspelt, or a payload that has such keys. */
function questionKeys(task: Task, object: object, site: Site): void {
  for (const [index, key] of Object.keys(object).entries()) {
    if (!key.startsWith('$') || key === '$' || task.keywords.has(key)) continue;
    const at = { path: [...site.path, key], target: 'key' } as const;
    const near = index === 0 ? didYouMean(key, formulas.keys()) : undefined;
    if (near !== undefined) {
      task.report({
        code: 'formula/unknown',
        message: `no formula "${key}"`,
        help: near,
        ...at,
      });
    } else if (formulas.has(key)) {
      const message = `"${key}" is no formula here: it is not the first key of its object`;
      task.report({ code: 'formula/plain', message, help: plainHelp, ...at });
    } else if (index === 0) {
      const message = `"${key}" is no formula: the object is taken as it is`;
      task.report({ code: 'formula/plain', message, help: plainHelp, ...at });
    }
  }
}

const plainHelp = 'wrap the object in "$plain" if that is what you mean';

function inside<T extends Site>(site: T, ...at: JsonPath): T {
  return { ...site, path: [...site.path, ...at] };
}

function help(hint: string | undefined): { help?: string } {
  return hint === undefined ? {} : { help: hint };
}
