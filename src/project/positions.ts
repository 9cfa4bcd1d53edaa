import type { Document, Node } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Span } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';

/** The span of the characters from `start` to `end` (offsets, end exclusive) of a text. */
export function spanOf(file: string, text: string, start: number, end: number): Span {
  const from = position(text, start);
  const to = position(text, Math.max(start, end));
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/**
 * Where the value at `path` was written, or its key. Where the document has nothing at `path`, the nearest
 * value around it: for a missing field that is the object that lacks it.
 */
export function spanAt(
  document: Document,
  text: string,
  file: string,
  path: JsonPath,
  target: 'key' | 'value',
): Span {
  let node: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    const next = step(document, node, part);
    if (next === undefined) break;
    [node, key] = [next.value, next.key];
  }
  const shown = (target === 'key' || isEmpty(node) ? key : node) ?? node;
  const range = (shown as Node | null | undefined)?.range;
  return spanOf(file, text, range?.[0] ?? 0, trimEnd(text, range?.[0] ?? 0, range?.[1] ?? 0));
}

/** The node at one key or index of a node; aliases and merge keys are followed. */
function step(
  document: Document,
  node: unknown,
  part: string | number,
): { key?: unknown; value: unknown } | undefined {
  const here = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(here)) {
    const index = Number(part);
    return index in here.items ? { value: here.items[index] } : undefined;
  }
  if (!isMap(here)) return undefined;
  const pair = here.items.find((item) => isScalar(item.key) && String(item.key.value ?? '') === String(part));
  if (pair !== undefined) return { key: pair.key, value: pair.value };
  for (const item of here.items) {
    if (!isScalar(item.key) || item.key.value !== '<<') continue;
    for (const merged of isSeq(item.value) ? item.value.items : [item.value]) {
      const inherited = step(document, merged, part);
      if (inherited !== undefined) return inherited;
    }
  }
  return undefined;
}

function isEmpty(node: unknown): boolean {
  const range = (node as Node | null | undefined)?.range;
  return range === undefined || range === null || range[0] === range[1];
}

function trimEnd(text: string, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && /\s/.test(text.charAt(trimmed - 1))) trimmed -= 1;
  return trimmed;
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i !== -1; i = before.indexOf('\n', i + 1)) line += 1;
  return { line, column: offset - lineStart + 1 };
}

/** What stands at a span of a text. */
export function textAt(text: string, { line, column, endLine, endColumn }: Span): string {
  return text.slice(offsetOf(text, line, column), offsetOf(text, endLine, endColumn));
}

/** The offset of a line and column, both counted from 1; the end of the text where it has no such line. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  return start + column - 1;
}
