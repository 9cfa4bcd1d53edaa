import type { Document, Node, YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Json, JsonObject } from '../core/json.js';
import { readPlainYaml } from './plain-yaml.js';
import { spanOf } from './positions.js';

/** How many values aliases may add to a file: a bomb is stopped here, honest reuse never comes near. */
const maxAliasedValues = 100_000;
const maxDepth = 200;

export interface Parsed {
  /** Undefined where the file has a syntax error. An empty file is null. */
  readonly value: Json | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The value of a YAML 1.2 text. At most one syntax error is reported: what comes after one is noise. An
 * integer beyond 2^53 keeps its digits, as a string. Merge keys (`<<`) work; custom tags do not.
 */
export function parseYaml(text: string, file: string): Parsed {
  const plain = readPlainYaml(text);
  return plain === undefined ? parseAnyYaml(text, file) : { value: plain, diagnostics: [] };
}

/** The same, always by the library. */
export function parseAnyYaml(text: string, file: string): Parsed {
  const document = composeYaml(text);
  const broken = document.errors[0];
  if (broken !== undefined)
    return { value: undefined, diagnostics: [syntaxProblem(broken, text, file, document)] };
  const tagged = document.warnings[0];
  if (tagged !== undefined) {
    const span = spanOf(file, text, tagged.pos[0], tagged.pos[1]);
    const help = 'write the value without the tag';
    return {
      value: undefined,
      diagnostics: [diagnostic('yaml/tag', 'custom YAML tags are not allowed', span, { help })],
    };
  }
  const reader = new Reader(text, file);
  const value = reader.value(document.contents, 0);
  return { value: reader.diagnostics.length > 0 ? undefined : value, diagnostics: reader.diagnostics };
}

/** The document behind `parseYaml`, for looking up positions. */
export function composeYaml(text: string): Document.Parsed {
  return parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: false,
    intAsBigInt: true,
    merge: false,
    logLevel: 'error',
    stringKeys: false,
  });
}

/** Turns nodes into plain values. Lives as long as one file is read. */
class Reader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly anchors = new Map<string, { value: Json; size: number }>();
  private readonly text: string;
  private readonly file: string;
  private read = 0;
  private aliased = 0;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  value(node: unknown, depth: number): Json {
    const before = this.read;
    this.read += 1;
    if (depth > maxDepth) return this.fail('yaml/syntax', `nested deeper than ${maxDepth} levels`, node);
    let value: Json = null;
    if (isScalar(node)) value = scalarValue(node.value);
    else if (isMap(node)) value = this.object(node.items, depth);
    else if (isSeq(node)) value = node.items.map((item) => this.value(item, depth + 1));
    else if (isAlias(node)) return this.alias(node.source, node);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, { value, size: this.read - before });
    return value;
  }

  private object(items: readonly { key: unknown; value: unknown }[], depth: number): JsonObject {
    const object: JsonObject = {};
    const inherited: JsonObject[] = [];
    for (const { key, value } of items) {
      const name = isScalar(key) ? keyText(key.value) : undefined;
      if (name === undefined) {
        this.fail('yaml/syntax', 'a key must be a plain value', key);
      } else if (name === '<<') {
        const merged = this.value(value, depth + 1);
        for (const part of Array.isArray(merged) ? merged : [merged]) {
          if (typeof part === 'object' && part !== null && !Array.isArray(part)) inherited.push(part);
        }
      } else if (Object.hasOwn(object, name)) {
        this.duplicate(name, key, items);
      } else {
        define(object, name, this.value(value, depth + 1));
      }
    }
    for (const part of inherited) {
      for (const [name, value] of Object.entries(part)) {
        if (!Object.hasOwn(object, name)) define(object, name, value);
      }
    }
    return object;
  }

  private alias(name: string, node: unknown): Json {
    const target = this.anchors.get(name);
    if (target === undefined) {
      return this.fail('yaml/alias', `the alias "*${name}" has no anchor "&${name}" before it`, node);
    }
    this.read += target.size;
    this.aliased += target.size;
    if (this.aliased > maxAliasedValues) {
      return this.fail('yaml/alias', `aliases expand to more than ${maxAliasedValues} values`, node);
    }
    return target.value;
  }

  private duplicate(name: string, key: unknown, items: readonly { key: unknown }[]): void {
    const first = items.find((item) => isScalar(item.key) && keyText(item.key.value) === name)?.key;
    const related = { ...this.span(first), message: 'first given here' };
    const help = 'keep one of the two';
    const span = this.span(key);
    this.diagnostics.push(
      diagnostic('yaml/duplicate-key', `the key "${name}" is given twice`, span, {
        help,
        related: [related],
      }),
    );
  }

  private fail(code: 'yaml/syntax' | 'yaml/alias', message: string, node: unknown): null {
    if (this.diagnostics.length === 0) this.diagnostics.push(diagnostic(code, message, this.span(node)));
    return null;
  }

  private span(node: unknown) {
    const range = (node as Node | null)?.range;
    return spanOf(this.file, this.text, range?.[0] ?? 0, range?.[1] ?? 0);
  }
}

/** As an own property, also for `__proto__`. */
function define(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

function scalarValue(value: unknown): Json {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === undefined ? null : String(value);
}

function keyText(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function syntaxProblem(error: YAMLError, text: string, file: string, document: Document.Parsed): Diagnostic {
  const opened = error.code === 'BAD_INDENT' ? openBracket(document, text, error.pos[0]) : undefined;
  if (opened !== undefined) {
    const close = text[opened] === '{' ? '}' : ']';
    return diagnostic(
      'yaml/syntax',
      'a list or object in brackets has no end, or goes on further to the left',
      spanOf(file, text, opened, opened + 1),
      { help: `close it with "${close}", and indent all of it` },
    );
  }
  const span = spanOf(file, text, error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
  const known = syntaxWords[error.code];
  if (known !== undefined) return diagnostic('yaml/syntax', known.message, span, { help: known.help });
  const quote = /^Missing closing (["'])quote/.exec(error.message)?.[1];
  if (quote !== undefined) {
    const help = `close it with ${quote}`;
    return diagnostic('yaml/syntax', 'a text in quotes has no end', span, { help });
  }
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1).replace(/\.$/, '');
  return diagnostic('yaml/syntax', message, span);
}

/** Where the innermost list or object in brackets begins that broke off at `end`. */
function openBracket(document: Document.Parsed, text: string, end: number): number | undefined {
  const starts: number[] = [];
  visit(document, {
    Collection(_, { flow, range }) {
      if (flow === true && range?.[1] === end) starts.push(range[0]);
    },
  });
  // those that are closed may end there, too
  for (let last = end - 1; starts.length > 1 && '}]'.includes(text[last] ?? ' '); last -= 1) starts.pop();
  return starts.at(-1);
}

const syntaxWords: Partial<Record<string, { message: string; help: string }>> = {
  TAB_AS_INDENT: { message: 'a tab stands where YAML wants spaces', help: 'indent with spaces' },
  MULTIPLE_DOCS: {
    message: 'the file holds several documents',
    help: 'one element a file: split it at "---"',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a value stands where a key is expected',
    help: 'a ": " inside a text needs quotes around the text; otherwise check the indentation',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key runs over several lines',
    help: 'is a ":" missing after the key, or a line indented wrongly?',
  },
  BAD_ALIAS: {
    message: 'an anchor or alias without a name',
    help: 'a text that starts with "&" or "*" needs quotes',
  },
  BAD_INDENT: {
    message: 'a list or object in brackets has no end, or goes on further to the left',
    help: 'close it with "]" or "}", and indent all of it',
  },
  BLOCK_IN_FLOW: {
    message: 'a value with a ": " or "- " of its own stands inside of brackets',
    help: 'put a text with ": " in quotes; an object inside of brackets needs braces',
  },
  BAD_SCALAR_START: {
    message: 'a text starts with a character that YAML keeps for itself',
    help: 'put the text in quotes',
  },
  BAD_DQ_ESCAPE: {
    message: 'an escape that YAML does not know',
    help: 'write a backslash as "\\\\", or put the text in single quotes',
  },
  UNEXPECTED_TOKEN: {
    message: 'something stands behind the end of a value',
    help: "a text with quotes, brackets or braces in it needs quotes around it ('' stands for a single quote); otherwise check the indentation",
  },
};
