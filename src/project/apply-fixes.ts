import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { MembraneError } from '../core/error.js';
import type { Diagnostic, Fix, TextEdit } from '../core/diagnostic.js';
import type { FileWriter } from '../core/ports.js';
import { offsetOf, textAt } from './positions.js';
import { reason } from './source.js';
import { parseYaml } from './yaml.js';

/** A fix that was made, with the finding it was for. */
export interface Fixed {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** A file with its text before and after the fixes. */
interface Change {
  readonly file: string;
  readonly text: string;
  readonly fixed: readonly Fixed[];
}

/**
 * Makes the fixes of findings, and gives those that were made. Left out are fixes in packages from npm, fixes that
 * would make a file unreadable, and renames onto what is there already. Without a writer nothing is changed, and
 * what would have been made is given. Rejects with `file/unreadable` where a file cannot be written.
 */
export async function applyFixes(
  diagnostics: readonly Diagnostic[],
  root: string,
  writer: FileWriter | undefined,
): Promise<Fixed[]> {
  const fixed: Fixed[] = [];
  for (const [file, fixes] of byFile(diagnostics)) {
    const change = isOwn(file, root) ? changeOf(file, fixes) : undefined;
    if (change === undefined) continue;
    await write(file, () => writer?.replace(realpathSync(file), change.text));
    fixed.push(...change.fixed);
  }
  for (const diagnostic of diagnostics) {
    const { fix } = diagnostic;
    if (fix === undefined || !('rename' in fix) || !isOwn(fix.rename.from, root)) continue;
    if (existsSync(fix.rename.to)) continue;
    await write(fix.rename.from, () => writer?.rename(fix.rename.from, fix.rename.to));
    fixed.push({ diagnostic, fix });
  }
  return fixed;
}

function byFile(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>();
  for (const one of diagnostics) {
    if (one.fix === undefined || 'rename' in one.fix) continue;
    const file = one.fix.edits[0]?.span.file ?? one.span.file;
    files.set(file, [...(files.get(file) ?? []), one]);
  }
  return files;
}

/** Below the project, and not brought by npm: links are followed before it is judged. */
export function isOwn(file: string, root: string): boolean {
  if (!existsSync(file)) return false;
  const real = realpathSync(file);
  const top = realpathSync(root) + sep;
  return real.startsWith(top) && !real.slice(top.length).split(sep).includes('node_modules');
}

/** The text of a file with as many of the fixes as leave it readable. */
function changeOf(file: string, diagnostics: readonly Diagnostic[]): Change | undefined {
  let text = readFileSync(file, 'utf8');
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  text = text.slice(mark.length);
  const fixed: Fixed[] = [];
  // from the end, so that what is still to come keeps its place
  for (const diagnostic of [...diagnostics].sort(byPlaceFromEnd)) {
    const { fix } = diagnostic;
    if (fix === undefined || 'rename' in fix) continue;
    const next = edited(text, fix.edits);
    if (next === undefined || (/\.ya?ml$/.test(file) && parseYaml(next, file).value === undefined)) continue;
    text = next;
    fixed.unshift({ diagnostic, fix });
  }
  return fixed.length === 0 ? undefined : { file, text: mark + text, fixed };
}

function byPlaceFromEnd({ span: a }: Diagnostic, { span: b }: Diagnostic): number {
  return b.line - a.line || b.column - a.column;
}

/** Undefined where something else stands there now: the file changed, or another fix was there first. */
function edited(text: string, edits: readonly TextEdit[]): string | undefined {
  let result = text;
  for (const { span, was, text: written } of edits) {
    if (textAt(result, span) !== was) return undefined;
    const start = offsetOf(result, span.line, span.column);
    result = result.slice(0, start) + written + result.slice(start + was.length);
  }
  return result;
}

/** Changes a file; what the file system says against it becomes a MembraneError. */
export async function write(file: string, change: () => Promise<void> | undefined): Promise<void> {
  try {
    await change();
  } catch (cause) {
    throw new MembraneError('file/unreadable', `"${file}" cannot be written: ${reason(cause)}`, {
      cause,
      hint: 'check who may write it; what was fixed before it stays fixed',
    });
  }
}
