import { kinds, functionTypes } from './elements/index.js';
import { createSchemas } from './adapters/schemas-ajv.js';
import { checkFormula } from './formulas/check.js';
import { compileFormula } from './formulas/compile.js';
import { initProject as writeProject, newElement as writeElement } from './project/create.js';
import { openProject } from './project/open.js';
import { exampleFolder, templatesFolder } from './wiring.js';

/** Writes a new project into a folder; gives the files written, relative to it. Never overwrites. */
export async function initProject(options: {
  folder: string;
  name?: string;
  /** Start with the elements of the example that comes with the tool. */
  example?: boolean;
}): Promise<{ files: string[] }> {
  const { folder, name, example } = options;
  const from = example === true ? exampleFolder() : undefined;
  return { files: writeProject({ folder, name, example: from, templates: templatesFolder() }) };
}

/** Writes a new element into the project around `cwd`; gives the files written, relative to its root. */
export async function newElement(options: {
  cwd: string;
  kind: string;
  key: string;
  integration?: string;
  connection?: string;
  connector?: string;
}): Promise<{ files: string[] }> {
  const { cwd, ...what } = options;
  const { root } = openProject({ cwd, kinds, functionTypes, schemas: createSchemas() });
  return { files: writeElement({ ...what, root, kinds, templates: templatesFolder() }) };
}

/** What is wrong or odd about a formula, without evaluating it. */
export async function checkFormulaText(
  formula: unknown,
): Promise<{ message: string; help?: string | undefined }[]> {
  return checkFormula(formula);
}

/** The value of a formula over variables; undefined where it gives none. Rejects with `formula/…`. */
export async function evaluateFormula(
  formula: unknown,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return compileFormula(formula).evaluate(variables);
}
