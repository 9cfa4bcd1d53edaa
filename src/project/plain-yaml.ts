import type { Json, JsonObject } from '../core/json.js';
import { isName, readScalar } from './plain-scalar.js';

/**
 * The value of a YAML text that uses only what nearly all files do: block mappings and lists, values on one line,
 * literal texts (`|`), comments. Undefined for every other text, a wrong one included: it is for the library, which
 * knows all of YAML and says what is wrong, and takes ten times as long. Whatever is read here is read the same there.
 */
export function readPlainYaml(text: string): JsonObject | undefined {
  if (unusual.test(text)) return undefined;
  const reader = new Reader(text.split('\n'));
  return reader.indent === 0 && !reader.startsItem() ? reader.whole() : undefined;
}

/** Tabs, odd spaces and line breaks, control characters: what they mean hangs on where they stand. */
const unusual = /[\p{Cc}\p{Z}\uFEFF](?<![\n ])/u;

/** Nobody nests so deeply by indentation. */
const deepest = 50;

/** `key: value`; a key that is a number is one that looks the same as a text. */
const entry = /([A-Za-z_$][\w$./-]{0,100}|[1-9]\d{0,8}):(?: +|$)/y;

/** Goes through the lines of one text. Each method leaves the reader at the next line that is none of its own. */
class Reader {
  /** Of the line that is read: how many spaces stand before what is left of it; -1 at the end. */
  indent = -1;
  private line = '';
  private at = -1;
  private readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.lines = lines;
    this.next();
  }

  whole(): JsonObject | undefined {
    const value = this.object(0);
    return this.indent === -1 ? value : undefined;
  }

  /** Whether `- ` stands here. */
  startsItem(): boolean {
    const { line, indent } = this;
    return (
      line.charCodeAt(indent) === 0x2d && (line.length === indent + 1 || line.charCodeAt(indent + 1) === 0x20)
    );
  }

  /** Goes to the next line that is neither empty nor a comment. */
  private next(): void {
    for (this.at += 1; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] as string;
      const indent = spacesBefore(line);
      if (indent === line.length || line.charCodeAt(indent) === 0x23) continue;
      this.line = line.trimEnd();
      this.indent = indent;
      return;
    }
    this.indent = -1;
  }

  private block(depth: number): Json | undefined {
    return this.startsItem() ? this.list(depth) : this.object(depth);
  }

  private object(depth: number): JsonObject | undefined {
    const { indent } = this;
    const object: JsonObject = {};
    if (depth > deepest) return undefined;
    while (this.indent === indent && !this.startsItem()) {
      entry.lastIndex = indent;
      const found = entry.exec(this.line);
      const name = found?.[1];
      if (found === null || name === undefined || !isName(name) || Object.hasOwn(object, name))
        return undefined;
      const value = this.value(indent + found[0].length, indent, depth, true);
      if (value === undefined) return undefined;
      object[name] = value;
    }
    return this.indent > indent ? undefined : object;
  }

  private list(depth: number): Json[] | undefined {
    const { indent } = this;
    const list: Json[] = [];
    if (depth > deepest) return undefined;
    while (this.indent === indent && this.startsItem()) {
      const value = this.item(indent, depth);
      if (value === undefined) return undefined;
      list.push(value);
    }
    return this.indent > indent ? undefined : list;
  }

  private item(indent: number, depth: number): Json | undefined {
    let start = indent + 1;
    while (this.line.charCodeAt(start) === 0x20) start += 1;
    entry.lastIndex = start;
    if (!entry.test(this.line)) return this.value(start, indent, depth, false);
    // an object whose first line stands behind the "- "
    this.indent = start;
    return this.object(depth + 1);
  }

  /**
   * The value from `start` of the line on; `indent` is that of what it belongs to. The list of a key may stand as
   * far to the left as the key does.
   */
  private value(start: number, indent: number, depth: number, ofKey: boolean): Json | undefined {
    const first = this.line.charCodeAt(start);
    if (first === 0x7c || first === 0x3e) return this.text(this.line.slice(start), indent);
    if (start < this.line.length && first !== 0x23) {
      const value = readScalar(this.line.slice(start));
      this.next();
      return value;
    }
    this.next();
    if (this.indent > indent || (ofKey && this.indent === indent && this.startsItem()))
      return this.block(depth + 1);
    return ofKey ? null : undefined;
  }

  /** A text in lines of its own: as it stands (`|`), or a paragraph of it (`>`). */
  private text(mark: string, around: number): string | undefined {
    if (!/^[|>]-?$/.test(mark)) return undefined;
    const text: string[] = [];
    let indent = -1;
    for (this.at += 1; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] as string;
      const spaces = spacesBefore(line);
      if (spaces === line.length) {
        if (spaces > Math.max(indent, 0)) return undefined;
        text.push('');
        continue;
      }
      if (spaces <= around) break;
      if (indent === -1) indent = spaces;
      if (spaces < indent) return undefined;
      text.push(line.slice(indent));
    }
    this.at -= 1;
    this.next();
    while (text.at(-1) === '') text.pop();
    const folded = mark.startsWith('>');
    if (text.length === 0 || (folded && !text.every((line) => /^[^ ](?:.*[^ ])?$/.test(line))))
      return undefined;
    return text.join(folded ? ' ' : '\n') + (mark.endsWith('-') ? '' : '\n');
  }
}

function spacesBefore(line: string): number {
  let spaces = 0;
  while (line.charCodeAt(spaces) === 0x20) spaces += 1;
  return spaces;
}
