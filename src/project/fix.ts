import { dirname, join } from 'node:path';
import type { Diagnostic, Fix, Span } from '../core/diagnostic.js';
import { meantBy, nearest } from '../core/nearest.js';
import { textAt } from './positions.js';
import { parseYaml } from './yaml.js';

/**
 * The finding with the fix that follows from it: where a check says what should stand there, or one name is near.
 * `textOf` gives the text of a file; undefined where it cannot be had.
 */
export function withFix(one: Diagnostic, textOf: (file: string) => string | undefined): Diagnostic {
  const meant = one.suggestion ?? meantBy(one.help);
  if (one.fix !== undefined || meant === undefined) return one;
  const fix = isFolderName(one) ? renameTo(one.span.file, meant) : editOf(one, meant, textOf(one.span.file));
  return fix === undefined ? one : { ...one, fix };
}

function isFolderName({ code, span }: Diagnostic): boolean {
  return code === 'file/unknown' && !/\.ya?ml$/.test(span.file);
}

/** Gives a folder another name beside its siblings. */
export function renameTo(folder: string, name: string): Fix {
  const to = join(dirname(folder), name);
  return { title: `rename the folder to "${name}"`, rename: { from: folder, to } };
}

function editOf(
  { span, suggestion }: Pick<Diagnostic, 'span' | 'suggestion'>,
  meant: string,
  text: string | undefined,
): Fix | undefined {
  const was = text === undefined ? undefined : textAt(text, span);
  const value = was === undefined || !isPlace(span) ? undefined : scalarOf(was);
  if (was === undefined || value === undefined) return undefined;
  const isWhole = suggestion !== undefined || nearest(value, [meant]) !== undefined;
  const wanted = isWhole ? meant : withSegment(value, meant);
  const written = wanted === undefined ? undefined : asWritten(wanted, was);
  if (wanted === undefined || written === undefined || wanted === value) return undefined;
  return { title: `write "${wanted}" for "${value}"`, edits: [{ span, was, text: written }] };
}

function isPlace({ line, endLine, column, endColumn }: Span): boolean {
  return line === endLine && column < endColumn;
}

/** The text behind a key or value of one line as it is written; undefined for anything else. */
function scalarOf(written: string): string | undefined {
  if (/^[&*!|>{[]/.test(written)) return undefined;
  const { value } = parseYaml(written, '');
  return typeof value === 'string' ? value : undefined;
}

/** In the same quotes as before; undefined where a text without quotes would be read as something else. */
function asWritten(value: string, before: string): string | undefined {
  if (before.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  if (before.startsWith('"')) return JSON.stringify(value);
  // inside of {} and [] these would end the text, or open another one
  const marks = (text: string) => text.replace(/[^,[\]{}]/g, '');
  return scalarOf(value) === value && marks(value) === marks(before) ? value : undefined;
}

/** A locator with another name for the last of its names that is near. */
function withSegment(locator: string, meant: string): string | undefined {
  const segments = [...locator.matchAll(/(?:\\.|[^.[\]'"\\])+/g)];
  const wrong = segments.findLast(([name]) => nearest(name.replaceAll('\\', ''), [meant]) !== undefined);
  if (wrong === undefined) return undefined;
  const end = wrong.index + wrong[0].length;
  const escaped = meant.replace(/[.[]/g, '\\$&');
  return locator.slice(0, wrong.index) + escaped + locator.slice(end);
}
