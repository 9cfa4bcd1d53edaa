import { kinds, functionTypes } from './elements/index.js';
import { projectFiles } from './adapters/project-files.js';
import { createSchemas } from './adapters/schemas-ajv.js';
import type { JsonObject } from './core/json.js';
import { checkFormula } from './formulas/check.js';
import { compileFormula } from './formulas/compile.js';
import { initProject as writeProject, newElement as writeElement } from './project/create.js';
import { connectorTemplates as templatesIn, type ConnectorTemplate } from './project/connector-templates.js';
import { editorFiles, projectEditorFiles, writeEditorFiles } from './project/editor-files.js';
import { editorSchemas, schemaNamed } from './project/editor-schema.js';
import { formatProject as formatFiles, type FormatReport } from './project/format-project.js';
import { openProject } from './project/open.js';
import { exampleFolder, templatesFolder } from './wiring.js';

export { importOpenApi } from './importing.js';

/** Writes a new project into a folder; gives the files written, relative to it. Never overwrites. */
export async function initProject(options: {
  folder: string;
  name?: string;
  /** Start with the elements of the example that comes with the tool. */
  example?: boolean;
}): Promise<{ files: string[] }> {
  const { folder, name, example } = options;
  const from = example === true ? exampleFolder() : undefined;
  const schemas = editorSchemas(kinds, functionTypes);
  const files = writeProject({
    folder,
    name,
    example: from,
    templates: templatesFolder(),
    more: projectEditorFiles(schemas),
  });
  return { files };
}

/** The JSON Schema of a kind, of a type of functions or of `membrane.yaml`, for editors. Rejects with `usage/argument`. */
export async function editorSchema(name: string): Promise<JsonObject> {
  return schemaNamed(name, editorSchemas(kinds, functionTypes));
}

/** Writes the schemas for editors into a folder, over those that are there; gives the files written. */
export async function writeEditorSchemas(folder: string): Promise<{ files: string[] }> {
  return { files: writeEditorFiles(folder, editorFiles(editorSchemas(kinds, functionTypes))) };
}

/** Writes a new element into the project around `cwd`; gives the files written, relative to its root. */
export async function newElement(options: {
  cwd: string;
  kind: string;
  key: string;
  integration?: string;
  connection?: string;
  connector?: string;
  /** Copy the connector of this name that comes with the tool. */
  from?: string;
}): Promise<{ files: string[] }> {
  const { cwd, ...what } = options;
  const { root } = openProject({ cwd, kinds, functionTypes, schemas: createSchemas() });
  return { files: writeElement({ ...what, root, kinds, templates: templatesFolder() }) };
}

/** The connectors that come with the tool, to be copied with `newElement`. */
export async function connectorTemplates(): Promise<ConnectorTemplate[]> {
  return templatesIn(templatesFolder());
}

/** Brings the files of the project around `cwd` into their one form. `check`: changes nothing, and says what would be. */
export async function formatProject(options: {
  cwd: string;
  paths?: readonly string[];
  check?: boolean;
  prune?: boolean;
}): Promise<FormatReport & { root: string }> {
  const { cwd, check = false, ...how } = options;
  const project = openProject({ cwd, kinds, functionTypes, schemas: createSchemas(), allowBare: true });
  const report = await formatFiles(project, { ...how, writer: check ? undefined : projectFiles });
  return { root: project.root, ...report };
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
