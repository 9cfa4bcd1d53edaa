import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic } from '../core/diagnostic.js';
import type { SchemaProblem } from '../core/schema.js';
import { spanAt } from './positions.js';
import { composeYaml } from './yaml.js';

/** Schema problems of a whole file, as diagnostics at the places where the values were written. */
export function schemaDiagnostics(
  problems: readonly SchemaProblem[],
  file: string,
  text: string,
): Diagnostic[] {
  if (problems.length === 0) return [];
  const document = composeYaml(text);
  return problems.map((problem) =>
    diagnostic(problem.code, problem.message, spanAt(document, text, file, problem.path, problem.target), {
      help: problem.help,
    }),
  );
}
