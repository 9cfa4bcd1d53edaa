import { formatPath, isObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { inWords } from '../core/type-words.js';
import { describe, typeOf } from './describe.js';
import type { Formula, FormulaProblem } from './formula.js';
import { isFormula } from './is-formula.js';
import { textOf } from './text.js';

type Shape = Readonly<Record<string, unknown>>;
type Report = (problem: Pick<FormulaProblem, 'message' | 'path' | 'target'> & { help?: string }) => void;

/** What is wrong with the shape of a formula's object; paths start there. */
export function misshapen(formula: Formula, whole: Record<string, unknown>): FormulaProblem[] {
  const problems: FormulaProblem[] = [];
  checkShape(formula, whole, (problem) => problems.push({ code: 'formula/shape', ...problem }));
  if (formula.beside !== undefined) return problems;
  for (const key of Object.keys(whole).slice(1)) {
    problems.push({
      code: 'formula/shape',
      message: `"${key}" cannot stand beside "${formula.name}"`,
      path: [key],
      target: 'key',
      help: 'a formula is an object with one key; wrap the object in "$plain" if it is no formula',
    });
  }
  return problems;
}

/**
 * Checks the argument of a formula, and what may stand beside it, against their schemas. Parts that are formulas
 * are left out, as their values are not known yet. Paths start at the formula's object.
 */
function checkShape(formula: Formula, whole: Readonly<Record<string, unknown>>, report: Report): void {
  checkPart(formula, formula.schema as Shape, whole[formula.name], [formula.name], report);
  for (const [name, shape] of Object.entries(formula.beside ?? {})) {
    if (Object.hasOwn(whole, name)) checkPart(formula, shape as Shape, whole[name], [name], report);
  }
}

function checkPart(formula: Formula, shape: Shape, value: unknown, path: JsonPath, report: Report): void {
  if (shape['literal'] !== true && isFormula(value) !== undefined) return;
  const types = typesOf(shape);
  const where = place(formula, path);
  if (types.length > 0 && !types.includes(typeOf(value))) {
    const wanted = new Set(types.filter((type) => type !== 'null').map((type) => inWords[type] ?? type));
    const message = `${where} takes ${[...wanted].join(' or ')}, not ${describe(value)}`;
    return report({ message, path, target: 'value', ...example(formula) });
  }
  if (Array.isArray(shape['anyOf'])) {
    return checkPart(formula, closest(shape['anyOf'] as Shape[], value), value, path, report);
  }
  if (Array.isArray(shape['enum']) && !shape['enum'].includes(value)) {
    const given = typeof value === 'object' ? describe(value) : JSON.stringify(value).slice(0, 80);
    const allowed = shape['enum'].filter((one) => one !== null).map(String);
    const help =
      didYouMean(textOf(given), allowed) ?? `use ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}`;
    return report({ message: `${where} cannot be ${given}`, path, target: 'value', help });
  }
  if (typeof value === 'string' && value.length < Number(shape['minLength'] ?? 0)) {
    return report({ message: `${where} is empty`, path, target: 'value', ...example(formula) });
  }
  checkParts(formula, shape, value, path, report);
}

function checkParts(formula: Formula, shape: Shape, value: unknown, path: JsonPath, report: Report): void {
  if (Array.isArray(value) && isObject(shape['items'])) {
    for (const [index, item] of value.entries())
      checkPart(formula, shape['items'], item, [...path, index], report);
  }
  if (!isObject(value)) return;
  const properties = isObject(shape['properties']) ? shape['properties'] : {};
  const names = Object.keys(properties);
  for (const name of Array.isArray(shape['required']) ? (shape['required'] as string[]) : []) {
    if (Object.hasOwn(value, name)) continue;
    report({
      message: `${place(formula, path)} needs "${name}"`,
      path,
      target: 'value',
      help: takes(names),
    });
  }
  for (const [name, part] of Object.entries(value)) {
    if (Object.hasOwn(properties, name))
      checkPart(formula, properties[name] as Shape, part, [...path, name], report);
    else if (shape['additionalProperties'] === false) {
      const help = didYouMean(name, names) ?? takes(names);
      report({
        message: `${place(formula, path)} has no "${name}"`,
        path: [...path, name],
        target: 'key',
        help,
      });
    }
  }
}

/** The branch that was meant: of the type of the value, with some of its keys if there is one. */
function closest(branches: readonly Shape[], value: unknown): Shape {
  const fitting = branches.filter((branch) => typesOf(branch).includes(typeOf(value)));
  const known = fitting.find(({ properties }) =>
    Object.keys(properties ?? {}).some((key) => isObject(value) && Object.hasOwn(value, key)),
  );
  return known ?? fitting[0] ?? {};
}

function typesOf(shape: Shape): readonly string[] {
  if (Array.isArray(shape['anyOf'])) return (shape['anyOf'] as Shape[]).flatMap(typesOf);
  const type = shape['type'];
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : [];
}

function place(formula: Formula, path: JsonPath): string {
  const inside = path[0] === formula.name ? path.slice(1) : path;
  return inside.length === 0 ? `"${formula.name}"` : `"${formatPath(inside)}" of "${formula.name}"`;
}

function takes(names: readonly string[]): string {
  return `it takes ${names.map((name) => `"${name}"`).join(', ')}`;
}

/** The first example, where it fits in a line. */
function example(formula: Formula): { help?: string } {
  const text = JSON.stringify(formula.examples[0]?.formula);
  return text.length > 100 ? {} : { help: `as in ${text}` };
}
