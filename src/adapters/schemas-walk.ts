import { isObject, type Json } from '../core/json.js';
import type { SchemaProblem } from '../core/schema.js';
import type { Node, ObjectNode, Resource, Words } from './schemas-node.js';

/** Reports what is wrong with a value. `false`: whatever else the schema says, there is no point in asking. */
export type Check = (value: unknown, walk: Walk) => false | void;

/** A problem, with what is needed to weigh it against others. */
export interface Found extends SchemaProblem {
  /** The name of the field that is missing or unknown. */
  readonly field?: string;
  /** The field that was probably meant. */
  readonly near?: string | undefined;
  /** What the value may be: JSON types, or exact values. */
  readonly types?: readonly string[];
  readonly literals?: readonly Json[];
}

/** Beyond this many problems nobody reads on. */
const enough = 100;
/** Schemas entered inside one another: a value nested so deeply is a mistake, or an attack. */
const deepest = 1000;

/** One pass of a value through a schema: where it is, and what it found. */
export class Walk {
  readonly path: (string | number)[] = [];
  found: Found[] = [];
  /** Schemas visited: what the pass cost. */
  steps = 0;
  readonly #scope: Resource[] = [];
  /** References on the way, and how deep in the value each was followed. */
  readonly #followed: { node: Node; length: number }[] = [];
  #depth = 0;

  constructor(
    private readonly checksOf: (node: ObjectNode) => readonly Check[],
    private readonly root: string,
    private readonly skip?: (value: unknown) => boolean,
  ) {}

  visit(node: Node, value: unknown): void {
    this.steps += 1;
    if (node === true || this.found.length >= enough || this.skip?.(value) === true) return;
    if (node === false) return this.#reportForbidden();
    if (this.#depth >= deepest) {
      return this.report('schema/value', `${this.subject()} is nested too deeply`);
    }
    this.#depth += 1;
    const enters = this.#scope.at(-1) !== node.resource;
    if (enters) this.#scope.push(node.resource);
    node.checks ??= this.checksOf(node);
    for (const check of node.checks) if (check(value, this) === false) break;
    if (enters) this.#scope.pop();
    this.#depth -= 1;
  }

  /** Visits a part of the value. */
  visitAt(key: string | number, node: Node, value: unknown): void {
    this.path.push(key);
    this.visit(node, value);
    this.path.pop();
  }

  /** Visits what a reference leads to; one that leads back to itself at the same value would never end. */
  follow(node: Node, value: unknown): void {
    const { length } = this.path;
    if (this.#followed.some((step) => step.node === node && step.length === length)) {
      return this.report('schema/value', `the schema of ${this.subject()} refers to itself without end`);
    }
    this.#followed.push({ node, length });
    this.visit(node, value);
    this.#followed.pop();
  }

  /** What a visit would report. */
  attempt(node: Node, value: unknown): Found[] {
    const { found } = this;
    this.found = [];
    this.visit(node, value);
    const mine = this.found;
    this.found = found;
    return mine;
  }

  fits(node: Node, value: unknown): boolean {
    return this.attempt(node, value).length === 0;
  }

  /** What a `$dynamicRef` means here: the outermost schema on the way that has the anchor. */
  dynamicTarget({ node, name }: NonNullable<Words['$dynamicRef']>): Node {
    if (name === undefined) return node;
    for (const resource of this.#scope) {
      const anchored = resource.dynamicAnchors.get(name);
      if (anchored !== undefined) return anchored();
    }
    return node;
  }

  report(code: Found['code'], message: string, details: Partial<Found> = {}): void {
    this.found.push({ path: [...this.path], target: 'value', code, message, ...details });
  }

  /** How a sentence names the value: `"email"`, `"tags[2]"`, `the value`. */
  subject(): string {
    const last = this.path.at(-1);
    if (last === undefined) return this.root;
    if (typeof last === 'string') return quote(last);
    let start = this.path.length - 1;
    while (start > 0 && typeof this.path[start] === 'number') start -= 1;
    const [name, ...indexes] = this.path.slice(start);
    const brackets = indexes.map((index) => `[${index}]`).join('');
    return typeof name === 'string' ? quote(`${name}${brackets}`) : quote(`[${name}]${brackets}`);
  }

  #reportForbidden(): void {
    const field = typeof this.path.at(-1) === 'string';
    this.report(field ? 'schema/unknown-field' : 'schema/value', `${this.subject()} is not allowed here`, {
      target: field ? 'key' : 'value',
    });
  }
}

/** `"text"`, shortened: a long text may be a secret that slipped into the wrong place. */
export function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`;
}

/** `a, b, c`, or `a, b or c` with `last`; beyond a dozen only the first ones. */
export function listed(texts: readonly string[], last?: 'or' | 'and'): string {
  if (texts.length > 12) return `${texts.slice(0, 10).join(', ')}, … (${texts.length} in all)`;
  if (last === undefined || texts.length < 2) return texts.join(', ');
  return `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'a boolean',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

export function nameType(type: string): string {
  return typeNames[type] ?? type;
}

/** What a value is, for a sentence. */
export function nameTypeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return nameType(typeof value);
}
