import { ignoreMark } from './ignore-comments.js';

/** Lines between values: comments and blank lines. Those given here have no space at their ends. */

export function isTrivia(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

export function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}

/** At most one blank line at a time. */
export function collapsed(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
}

export function withoutLeadingBlanks(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first);
}

export function withoutTrailingBlanks(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

/** Comments at a new column. */
export function indented(lines: readonly string[], column: number): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line.trimStart()));
}

/** A line of a value moved by some columns; what stands too far to the left already stays there. */
export function shifted(line: string, columns: number): string {
  const own = leadingSpaces(line);
  return own === line.length ? '' : ' '.repeat(Math.max(0, own + columns)) + line.slice(own);
}

export function leadingSpaces(line: string): number {
  return line.length - line.replace(/^ +/, '').length;
}

/**
 * How many of the lines behind a value belong to it and not to what comes next: comments further to the right
 * than its key, and blank lines between those.
 */
export function lengthOfInner(lines: readonly string[], column: number): number {
  const outside = lines.findIndex((line) => isComment(line) && leadingSpaces(line) <= column);
  const inside = outside === -1 ? lines : lines.slice(0, outside);
  return inside.findLastIndex((line) => line !== '') + 1;
}

/**
 * What stands above the first key: the header of the file, which stays on top, and what belongs to the key. The
 * first block of comments is the header; a further one right above the key belongs to it, and so does what asks for
 * findings in it to be ignored.
 */
export function splitHeader(lines: readonly string[]): { header: string[]; lead: string[] } {
  const blank = lines.findLastIndex((line) => line === '');
  const hasOwn = lines.slice(0, blank + 1).some(isComment) && blank < lines.length - 1;
  const ignore = lines.findIndex((line, index) => index > blank && line.includes(ignoreMark));
  const end = hasOwn ? blank + 1 : ignore === -1 ? lines.length : ignore;
  return { header: [...withoutLeadingBlanks(lines.slice(0, end))], lead: lines.slice(end) };
}
