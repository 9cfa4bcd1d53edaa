import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import type { Diagnostic, Span } from '../../../src/core/diagnostic.js';
import { functionTypes, kinds } from '../../../src/elements/index.js';
import { openProject } from '../../../src/project/open.js';
import type { LoadedProject } from '../../../src/project/project.js';
import { validateProject } from '../../../src/project/validate.js';
import { testProject } from '../../support/project.js';

/** An action and a connector without a problem. */
export const action =
  'type: http-request\nconfig:\n  request:\n    uri: https://example.com\n    method: GET\n';
export const connector =
  'auth:\n  type: none\n  makeApiClient:\n    type: mapping\n    mapping:\n      baseUri: https://example.com\n';

export function open(root: string, cached = false): LoadedProject {
  return openProject({ cwd: root, kinds, functionTypes, schemas: createSchemas(), cached });
}

/** A project of these files, with an empty membrane.yaml where they have none. */
export async function project(
  files: Readonly<Record<string, string>>,
  prepare: (root: string) => void = () => undefined,
): Promise<LoadedProject> {
  const { root } = await testProject({ 'membrane.yaml': '', ...files });
  prepare(root);
  return open(root);
}

/** What validation says of these files: see `describeAll`. */
export async function look(
  files: Readonly<Record<string, string>>,
  prepare?: (root: string) => void,
): Promise<string[]> {
  const opened = await project(files, prepare);
  return describeAll(opened.root, (await validateProject(opened, [])).diagnostics);
}

/** `FILE:LINE:COLUMN-LINE:COLUMN severity[code]: message`, then ` = help` and ` + FILE:LINE:COLUMN related`. */
export function describeAll(root: string, diagnostics: readonly Diagnostic[]): string[] {
  const file = (span: Span) => span.file.replace(`${root}/`, '').replace(root, '.');
  return diagnostics.flatMap(({ severity, code, message, help, span, related }) => [
    `${file(span)}:${span.line}:${span.column}-${span.endLine}:${span.endColumn} ${severity}[${code}]: ${message}`,
    ...(help === undefined ? [] : [` = ${help}`]),
    ...related.map((one) => ` + ${file(one)}:${one.line}:${one.column} ${one.message}`),
  ]);
}
