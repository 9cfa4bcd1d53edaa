import { Lexer } from 'yaml';
import type { Span } from '../core/diagnostic.js';
import { spanOf } from './positions.js';

/** What a file holds that has such a comment. */
export const ignoreMark = 'membrane-ignore-next';

/** `# membrane-ignore-next CODE, CODE: reason` */
export interface IgnoreComment {
  readonly span: Span;
  readonly codes: readonly { readonly name: string; readonly span: Span }[];
  readonly reason: string | undefined;
  /** The next line that is more than a comment, counted from 1; undefined at the end of the file. */
  readonly line: number | undefined;
  /** Only comments stand before that line, so that it also stands for the file as a whole. */
  readonly opensFile: boolean;
}

/** The comments of a YAML text that ask for findings to be ignored, in their order. */
export function ignoreComments(text: string, file: string): IgnoreComment[] {
  if (!text.includes(ignoreMark)) return [];
  const lines = text.split('\n');
  return commentsOf(text, file).flatMap(({ start, content }) => {
    const found = new RegExp(`^(\\W*${ignoreMark}\\b)([^:]*)(?::(.*))?$`).exec(content);
    if (found === null) return [];
    const [, mark = '', list = '', reason = ''] = found;
    const span = spanOf(file, text, start, start + content.trimEnd().length);
    const line = nextLine(lines, span.line);
    return {
      span,
      codes: codesOf(list).map(({ name, at }) => {
        const from = start + mark.length + at;
        return { name, span: spanOf(file, text, from, from + name.length) };
      }),
      reason: reason.trim() === '' ? undefined : reason.trim(),
      line,
      opensFile: line !== undefined && nextLine(lines, 0) === line,
    };
  });
}

function codesOf(list: string): { name: string; at: number }[] {
  return [...list.matchAll(/[^\s,]+/g)].map((found) => ({ name: found[0], at: found.index }));
}

/** The comments of a text: in YAML as its lexer sees them, because a text in it may hold a `#`. */
function commentsOf(text: string, file: string): { start: number; content: string }[] {
  if (!/\.ya?ml$/.test(file)) {
    return [...text.matchAll(/\/\/.*/g)].map((found) => ({ start: found.index, content: found[0] }));
  }
  const found: { start: number; content: string }[] = [];
  let start = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (marks.has(lexeme)) continue;
    if (lexeme.startsWith('#')) found.push({ start, content: lexeme.replace(/\r$/, '') });
    start += lexeme.length;
  }
  return found;
}

/** What the lexer adds of its own: the start of a document, the end of a flow, the start of a scalar. */
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F']);

/** Comments and empty lines are passed over. */
function nextLine(lines: readonly string[], after: number): number | undefined {
  const index = lines.findIndex((line, at) => at >= after && !/^\s*(#|\/\/|$)/.test(line));
  return index === -1 ? undefined : index + 1;
}
