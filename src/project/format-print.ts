import { CST } from 'yaml';
import { valueAt, type Json } from '../core/json.js';
import { flowText } from './format-flow.js';
import {
  collapsed,
  indented,
  isComment,
  isTrivia,
  leadingSpaces,
  lengthOfInner,
  shifted,
  splitHeader,
  withoutLeadingBlanks,
  withoutTrailingBlanks,
} from './format-lines.js';
import type { Shape } from './format-order.js';
import { sorted } from './format-sort.js';
import type { Block, Item, Leaf } from './format-tree.js';

/** Where something is printed: the column that it had, the one it gets, and what it is. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly value: Json;
  readonly shape: Shape;
}

/** Lines of a block, and whether the last is the end of a text that keeps the blank lines behind it (`|+`). */
interface Printed {
  readonly lines: string[];
  readonly keeps: boolean;
}

/** An item with the comments and blank lines that belong to it. */
interface Entry {
  readonly item: Item;
  /** Before it. */
  readonly lead: readonly string[];
  /** Behind its value, further to the right than its key. */
  readonly inner: readonly string[];
}

export interface PrintOptions {
  /** Whether a key at the top is left out, with the comments before it. */
  readonly drops: (key: string) => boolean;
}

/**
 * Prints a text anew: keys in their order, two spaces of indentation, at most one blank line at a time. Only
 * blocks are taken apart; scalars and what is in flow style are copied. Undefined where the text is laid out
 * in a way that this cannot take apart.
 */
export function printTree(
  text: string,
  tree: Block | Leaf,
  value: Json,
  shape: Shape,
  options: PrintOptions,
): string | undefined {
  if (tree.type === 'leaf') return undefined;
  const printer = new Printer(text, options);
  const lines = printer.document(tree, value, shape);
  return printer.unusual ? undefined : `${lines.join('\n')}\n`;
}

class Printer {
  unusual = false;
  private readonly text: string;
  private readonly lines: readonly string[];
  private readonly starts: readonly number[];
  private readonly options: PrintOptions;

  constructor(text: string, options: PrintOptions) {
    this.text = text;
    this.options = options;
    this.lines = text.split('\n');
    let start = 0;
    this.starts = this.lines.map((line) => (start += line.length + 1) - line.length - 1);
  }

  document(block: Block, value: Json, shape: Shape): string[] {
    const first = this.lineOf(block.items[0]?.start ?? 0);
    const last = this.lineOf(block.items.at(-1)?.end ?? 0);
    const above = this.lines.slice(0, first).map((line) => line.trimEnd());
    const markers = above.findLastIndex((line) => !isTrivia(line)) + 1;
    const { header, lead } = splitHeader(above.slice(markers));
    const tail = this.trivia(last + 1, this.lines.length);
    if (block.column !== 0) this.unusual = true;
    const { lines } = this.block(block, lead, tail, { to: 0, value, shape }, this.options.drops);
    const needsGap = header.length > 0 && header.at(-1) !== '' && isComment(lines[0] ?? '');
    return [...above.slice(0, markers), ...collapsed(header), ...(needsGap ? [''] : []), ...lines];
  }

  /** `lead` is before the first item, `tail` behind the last. */
  private block(
    block: Block,
    lead: readonly string[],
    tail: readonly string[],
    { to, value, shape }: Pick<Place, 'to' | 'value' | 'shape'>,
    drops: PrintOptions['drops'] = () => false,
  ): Printed {
    const { entries, rest } = this.entries(block, lead, tail);
    const kept = entries.filter(({ item }) => item.key === undefined || !drops(item.key));
    const lines: string[] = [];
    let keeps = false;
    for (const entry of block.type === 'map' ? sorted(kept, shape.keys(value)) : kept) {
      const gap = lines.length === 0 || keeps ? withoutLeadingBlanks(entry.lead) : entry.lead;
      const part = entry.item.key ?? block.items.indexOf(entry.item);
      const inner = (valueAt(value, [part]) ?? null) as Json;
      const place = { from: block.column, to, value: inner, shape: shape.at(value, part) };
      const printed = this.item(entry, place);
      lines.push(...indented(collapsed(gap), to), ...printed.lines);
      keeps = printed.keeps;
    }
    const behind = withoutTrailingBlanks(collapsed(keeps ? withoutLeadingBlanks(rest) : rest));
    return { lines: [...lines, ...indented(behind, to)], keeps: keeps && behind.length === 0 };
  }

  /** The items of a block with what lies between them, and what is left behind the last. */
  private entries(block: Block, lead: readonly string[], tail: readonly string[]) {
    const entries: Entry[] = [];
    let before = lead;
    for (const [index, item] of block.items.entries()) {
      const next = block.items[index + 1];
      const after =
        next === undefined ? tail : this.trivia(this.lineOf(item.end) + 1, this.lineOf(next.start));
      // behind the lines of a block scalar a comment further to the right would become one of them
      const own = endsInOwnText(item) ? 0 : lengthOfInner(after, block.column);
      entries.push({ item, lead: before, inner: after.slice(0, own) });
      before = after.slice(own);
    }
    return { entries, rest: before };
  }

  private item({ item, inner }: Entry, place: Place): Printed {
    const { head, value: content } = item;
    if (head === undefined) return this.asItIs(item, inner, place);
    if (content === undefined || content.type === 'leaf') {
      const comments = indented(collapsed(inner), place.to + 2);
      const lines = [...this.leaf(head, content, place), ...comments];
      return { lines, keeps: comments.length === 0 && keepsBlanks(content) };
    }
    const first = this.lineOf(content.items[0]?.start ?? head.end);
    const headLine = this.lineOf(head.end);
    const deeper = { to: place.to + 2, value: place.value, shape: place.shape };
    if (first > headLine) {
      const { lines, keeps } = this.block(content, this.trivia(headLine + 1, first), inner, deeper);
      return { lines: [' '.repeat(place.to) + head.text + this.restOfLine(head.end), ...lines], keeps };
    }
    // `- key: value`: the first line of the block stands behind the dash
    if (head.text !== '-') this.unusual = true;
    const { lines, keeps } = this.block(content, [], inner, deeper);
    const [line = '', ...others] = lines;
    return { lines: [`${' '.repeat(place.to)}- ${line.slice(place.to + 2)}`, ...others], keeps };
  }

  private leaf(head: NonNullable<Item['head']>, leaf: Leaf | undefined, place: Place): string[] {
    const before = ' '.repeat(place.to) + head.text;
    if (leaf === undefined) return [before + this.restOfLine(head.end)];
    if (leaf.body !== undefined) {
      const first = this.text.slice(leaf.start, leaf.body).trimEnd();
      return [`${before} ${first}`, ...this.bodyOf(leaf, place)];
    }
    const flow = flowText(leaf.token, this.text, place.value, place.shape);
    const source = flow ?? this.text.slice(leaf.start, leaf.end);
    return this.moved(`${head.text} ${source}`, leaf.end, place);
  }

  /** The lines of a block scalar, two columns to the right of its key, or as far as its header says. */
  private bodyOf(leaf: Leaf, { from, to }: Place): string[] {
    if (leaf.body === undefined || leaf.end < leaf.body) return [];
    const lines = this.text.slice(leaf.body, leaf.end).split('\n');
    const first = lines.find((line) => !/^ *$/.test(line));
    if (first === undefined) return lines; // nobody knows which of the spaces are text
    const said = /^[|>][+-]?(\d)/.exec(this.text.slice(leaf.start, leaf.body))?.[1];
    const own = said === undefined ? leadingSpaces(first) : from + Number(said);
    const next = said === undefined ? to + 2 : to + Number(said);
    return lines.map((line) => {
      const rest = line.slice(Math.min(own, leadingSpaces(line)));
      return rest === '' ? '' : ' '.repeat(next) + rest;
    });
  }

  /** What cannot be taken apart: moved to its new column, and nothing else. */
  private asItIs(item: Item, inner: readonly string[], place: Place): Printed {
    const comments = indented(collapsed(inner), place.to + 2);
    const lines = [...this.moved(this.text.slice(item.start, item.end), item.end, place), ...comments];
    return { lines, keeps: comments.length === 0 && keepsBlanks(item.value) };
  }

  /** Lines whose first gets its column, and the others are moved by as much; `end`: where they end in the text. */
  private moved(source: string, end: number, { from, to }: Place): string[] {
    const [first = '', ...others] = source.split('\n');
    const lines = [' '.repeat(to) + first, ...others.map((line) => shifted(line, to - from))];
    return [...lines.slice(0, -1), (lines.at(-1) ?? '') + this.restOfLine(end)];
  }

  /** A comment behind a value, with the spaces before it. */
  private restOfLine(offset: number): string {
    const line = this.lineOf(offset);
    const rest = (this.lines[line] ?? '').slice(offset - (this.starts[line] ?? 0)).trimEnd();
    if (rest !== '' && !/^\s+#/.test(rest)) this.unusual = true;
    return rest;
  }

  /** Comments and blank lines from a line to before another. */
  private trivia(from: number, to: number): string[] {
    const lines = this.lines.slice(from, to).map((line) => line.trimEnd());
    if (!lines.every(isTrivia)) this.unusual = true;
    return lines;
  }

  private lineOf(offset: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether a value ends in a text whose trailing blank lines count. */
function keepsBlanks(value: Block | Leaf | undefined): boolean {
  const last = lastLeaf(value);
  return last?.token.type === 'block-scalar' && /^[|>]\d?\+/.test(headerOf(last));
}

/** Whether an item that is not taken apart further ends in a block scalar. */
function endsInOwnText({ head, value }: Item): boolean {
  if (head !== undefined && value?.type !== 'leaf') return false;
  return lastLeaf(value)?.token.type === 'block-scalar';
}

function lastLeaf(value: Block | Leaf | undefined): Leaf | undefined {
  return value === undefined || value.type === 'leaf' ? value : lastLeaf(value.items.at(-1)?.value);
}

function headerOf({ token }: Leaf): string {
  return token.type === 'block-scalar' ? CST.stringify(token).trimStart() : '';
}
