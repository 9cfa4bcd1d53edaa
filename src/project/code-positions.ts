import type { Document } from 'yaml';
import { isScalar } from 'yaml';
import type { Span } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';
import type { CodePosition } from '../core/sandbox.js';
import { spanAt } from './positions.js';

/** The first word at a place of a file of code. */
export function spanInText(file: string, text: string, { line, column }: CodePosition): Span {
  const rest = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
  const length = /^(?:[\w$]+|[^\s\w$])?/.exec(rest)?.[0].length ?? 0;
  return { file, line, column, endLine: line, endColumn: column + length };
}

/**
 * The place in a YAML file where a place of the code at `path` was written. Code in quotes, or folded, is another
 * text than what stands in the file: there it is the code as a whole.
 */
export function spanInYaml(
  document: Document,
  text: string,
  file: string,
  path: JsonPath,
  place: CodePosition,
): Span {
  const whole = spanAt(document, text, file, path, 'value');
  const node = document.getIn(path, true);
  if (!isScalar(node)) return whole;
  if (node.type !== 'BLOCK_LITERAL') {
    const plain = node.type === 'PLAIN' && place.line === 1 && whole.line === whole.endLine;
    return plain
      ? spanInText(file, text, { line: whole.line, column: whole.column + place.column - 1 })
      : whole;
  }
  const lines = text.split('\n');
  // the first line of the code that is not empty has its indentation
  const indent =
    /^ */.exec(lines.slice(whole.line).find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  return spanInText(file, text, { line: whole.line + place.line, column: indent + place.column });
}
