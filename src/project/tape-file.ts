import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { Tape } from '../core/tape.js';
import type { LoadedProject } from './project.js';
import { schemaDiagnostics } from './schema-diagnostics.js';
import { readSource, reason } from './source.js';
import { tapeSchema } from './test-schema.js';
import { parseYaml } from './yaml.js';

/** A recorded tape; undefined where its file holds none, with the reason. It is read anew each time. */
export function readTape(
  { parts: { schemas } }: Pick<LoadedProject, 'parts'>,
  file: string,
): { tape: Tape | undefined; diagnostics: readonly Diagnostic[] } {
  const source = readSource(file);
  if ('problem' in source) return { tape: undefined, diagnostics: [source.problem] };
  const { value, diagnostics } = parseYaml(source.text, file);
  if (value === undefined) return { tape: undefined, diagnostics };
  const { problems } = schemas.kind('tape', tapeSchema)(value ?? {});
  if (problems.length > 0) {
    return { tape: undefined, diagnostics: schemaDiagnostics(problems, file, source.text) };
  }
  return { tape: value as unknown as Tape, diagnostics: [] }; // it fits the schema
}

/** The text of a tape: the same tape is always the same text, and a change in it is a change of few lines. */
export function tapeText(tape: Tape): string {
  const head = '# Written by "membrane test --record"; recorded again with --update.\n';
  return head + stringify(tape, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

/** Writes all of the file or nothing. Rejects with `usage/file`. */
export function writeTape(file: string, text: string): void {
  const beside = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (cause) {
    throw new MembraneError('usage/file', `"${file}" cannot be written: ${reason(cause)}`, { cause });
  }
}
