import { checkFormula } from '../formulas/check.js';
import { isDynamicSchema } from '../formulas/dynamic-schema.js';
import type { JsonPath } from '../core/json.js';
import type { ResolvedElement } from '../core/project.js';
import type { JsonSchema } from '../core/schema.js';
import { writtenSchema } from '../core/written-schema.js';
import type { OpenedProject } from './parts.js';
import type { Problem } from './places.js';

/** What is wrong with the formulas of a value. */
export async function checkFormulas(value: unknown, at: JsonPath): Promise<Problem[]> {
  const problems = await checkFormula(value);
  return problems.map((problem) => ({ ...problem, path: [...at, ...problem.path] }));
}

/** The syntax error of code, if it has one. */
export async function checkCode(
  project: OpenedProject,
  element: ResolvedElement,
  value: unknown,
  at: JsonPath,
): Promise<Problem[]> {
  if (typeof value !== 'string') return [];
  const { file } = project.locate(element, at);
  const problem = await project.parts.checkCode?.(value, /\.[jt]s$/.test(file) ? file : undefined);
  if (problem === undefined) return [];
  const message = `the code cannot be read: ${problem.message}`;
  return [{ code: 'javascript/syntax', message, path: at, target: 'value', inCode: problem.at }];
}

/** What is wrong with a data schema, and with the formulas that make it dynamic. */
export async function checkSchema(project: OpenedProject, value: unknown, at: JsonPath): Promise<Problem[]> {
  const schema = value as JsonSchema;
  const resolve = (key: string) => writtenSchema(project.find({ kind: 'data-schema', key })?.value);
  const formulas = isDynamicSchema(schema) ? await checkFormula(schema, { schema: true }) : [];
  const problems = [...project.parts.schemas.check(schema, { resolve }), ...formulas];
  return problems.map((problem) => ({ ...problem, path: [...at, ...problem.path] }));
}
