import type { Span } from '../core/diagnostic.js';
import { fileSpan } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';

/** Beyond this many characters, looking for places is done by lines: reading the text properly takes seconds. */
export const manyCharacters = 400_000;

/**
 * Where the value at a path was written in a text that is laid out as usual: a key on a line of its own, what belongs to
 * it indented, in YAML as in JSON. Goes as far as it can; gives the key.
 */
export function spanByLines(text: string, file: string, path: JsonPath): Span {
  const lines = text.split('\n');
  let [from, outer] = [0, -1];
  let found: Span | undefined;
  for (const part of path) {
    const line =
      typeof part === 'number' ? itemAt(lines, from, outer, part) : keyAt(lines, from, outer, part);
    if (line === undefined) break;
    const content = lines[line] ?? '';
    // an item and its first key stand on the same line
    outer = indentOf(content);
    from = typeof part === 'number' ? line : line + 1;
    if (typeof part === 'number') {
      lines[line] = content.replace(/^(\s*)- /, '$1  ');
    } else {
      const column = content.indexOf(part) + 1;
      found = { file, line: line + 1, column, endLine: line + 1, endColumn: column + part.length };
    }
  }
  return found ?? fileSpan(file);
}

/** The line of a key of the object that begins at `from` and is indented more than `outer`. */
function keyAt(lines: readonly string[], from: number, outer: number, key: string): number | undefined {
  const forms = [`${key}:`, `"${key}":`, `'${key}':`, `"${key}" :`];
  let level: number | undefined;
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const content = line.trimStart();
    if (content === '' || content.startsWith('#') || content === '{' || content === '[') continue;
    const indent = line.length - content.length;
    if (indent <= outer) return undefined;
    level ??= indent;
    if (indent === level && forms.some((form) => content.startsWith(form))) return index;
  }
  return undefined;
}

/** The line on which an item of the list begins. */
function itemAt(lines: readonly string[], from: number, outer: number, item: number): number | undefined {
  let level: number | undefined;
  let count = -1;
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const indent = line.length - content.length;
    const isYaml = content.startsWith('- ');
    // a list may stand on the column of its key in YAML
    if (indent < outer || (indent === outer && !isYaml)) return undefined;
    level ??= indent;
    if (indent !== level || /^[\]}]/.test(content)) continue;
    count += 1;
    if (count === item) return index;
  }
  return undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
