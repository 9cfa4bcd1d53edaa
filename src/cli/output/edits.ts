import { relative } from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Diagnostic, Fix, TextEdit } from '../../core/diagnostic.js';
import { printable } from './text.js';

interface Made {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

interface EditStyle {
  /** Nothing was changed yet. */
  readonly dry: boolean;
  readonly color: ChalkInstance;
}

/** What was fixed, or would be: where, and what stands there instead of what. */
export function renderEdits(fixed: readonly Made[], cwd: string, { dry, color }: EditStyle): string[] {
  if (fixed.length === 0) return [];
  const title = `${dry ? 'would fix' : 'fixed'} ${fixed.length} problem${fixed.length === 1 ? '' : 's'}:`;
  const lines = fixed.flatMap(({ diagnostic, fix }) => {
    const change = (was: string, text: string) => [
      color.red(`  - ${printable(was)}`),
      color.green(`  + ${printable(text)}`),
    ];
    if ('rename' in fix) {
      const { from, to } = fix.rename;
      return [`[${diagnostic.code}]`, ...change(`${relative(cwd, from)}/`, `${relative(cwd, to)}/`)];
    }
    return fix.edits.flatMap((edit) => [
      `${placeOf(edit, cwd)} [${diagnostic.code}]`,
      ...change(edit.was, edit.text),
    ]);
  });
  return [color.bold(title), ...lines, ''];
}

function placeOf({ span: { file, line, column } }: TextEdit, cwd: string): string {
  return `${relative(cwd, file)}:${line}:${column}`;
}
