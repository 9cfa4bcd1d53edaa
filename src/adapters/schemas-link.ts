import { isObject, type Json, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { Documents, recursive, type Dialect, type Part, type Target } from './schemas-documents.js';
import type { Node, Nodes, ObjectNode, Words } from './schemas-node.js';
import { isFormula, isSchema, shapes } from './schemas-positions.js';

/** A reference that leads nowhere; `path` is that of the `$ref` in the schema itself, undefined in others. */
export interface BrokenRef {
  readonly ref: string;
  readonly path: JsonPath | undefined;
}

export interface Linked {
  readonly root: Node;
  readonly documents: Documents;
  readonly broken: readonly BrokenRef[];
}

export interface LinkOptions {
  /** The schema that `$ref: schemas/KEY` or `$ref: KEY` names. */
  readonly resolve?: ((key: string) => JsonSchema | undefined) | undefined;
}

/**
 * Follows every reference of a schema and writes it as nodes. A part that is a formula is left out: nothing
 * is known of it before it is resolved. Expects keywords to hold what the schema of schemas asks for.
 */
export function link(schema: JsonSchema, { resolve }: LinkOptions = {}): Linked {
  const linker = new Linker(resolve);
  const { documents, broken } = linker;
  const part = documents.add(schema, undefined, []);
  const root = linker.nodeOf(schema, part);
  return { root, documents, broken };
}

class Linker {
  readonly broken: BrokenRef[] = [];
  readonly documents: Documents;
  readonly #nodes = new Map<JsonObject, ObjectNode>();

  constructor(resolve: LinkOptions['resolve']) {
    this.documents = new Documents(resolve, (schema, part) => this.nodeOf(schema, part));
  }

  nodeOf(source: JsonSchema, around: Part): Node {
    if (typeof source === 'boolean') return source;
    const made = this.#nodes.get(source);
    if (made !== undefined) return made;
    const within = this.documents.standings.get(source)?.part ?? around;
    const words: Words & Record<string, unknown> = {};
    const node: ObjectNode = { words, resource: within };
    // known before its parts are made: they may lead back to it
    this.#nodes.set(source, node);
    const make = (value: Json): Node => (isSchema(value) ? this.nodeOf(value, within) : true);
    for (const keyword in source) {
      const value = source[keyword];
      if (value === undefined || isFormula(value)) continue;
      if (plain.has(keyword)) words[keyword] = value;
      else this.#addSchemas(words, keyword, value, make);
    }
    adjust(words, source, within.dialect, make);
    if (typeof source['$ref'] === 'string')
      words.$ref = this.#target(source, '$ref', source['$ref'], within)?.node ?? true;
    this.#addDynamic(words, source, within);
    return node;
  }

  #addSchemas(
    words: Record<string, unknown>,
    keyword: string,
    value: Json,
    make: (value: Json) => Node,
  ): void {
    const shape = shapes.get(keyword);
    if (shape === 'list' && Array.isArray(value)) words[keyword] = value.map(make);
    else if (shape === 'one' && isSchema(value)) words[keyword] = make(value);
    else if (shape === 'map' && used.has(keyword)) words[keyword] = mapOf(value, make);
  }

  #addDynamic(words: Words, source: JsonObject, within: Part): void {
    const { $dynamicRef, $recursiveRef } = source;
    if (typeof $dynamicRef === 'string') {
      const target = this.#target(source, '$dynamicRef', $dynamicRef, within);
      if (target !== undefined) words.$dynamicRef = { node: target.node, name: target.anchor };
    }
    if (typeof $recursiveRef === 'string') {
      const target = this.#target(source, '$recursiveRef', '#', within);
      const name = target?.part.dynamicAnchors.has(recursive) === true ? recursive : undefined;
      if (target !== undefined) words.$dynamicRef = { node: target.node, name };
    }
  }

  #target(
    source: JsonObject,
    keyword: string,
    ref: string,
    within: Part,
  ): (Target & { node: Node }) | undefined {
    const found = this.documents.find(ref, within);
    if (found !== undefined) return { ...found, node: this.nodeOf(found.schema, found.part) };
    const path = this.documents.standings.get(source)?.path;
    this.broken.push({ ref, path: path && [...path, keyword] });
    return undefined;
  }
}

const plain: ReadonlySet<string> = new Set([
  'const',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'required',
  'dependentRequired',
  'minProperties',
  'maxProperties',
  'default',
]);
/** Maps of schemas that say something of the value; the others only hold schemas to refer to. */
const used: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);

function mapOf(value: Json, make: (value: Json) => Node): Nodes {
  const entries = isObject(value) ? Object.entries(value as JsonObject) : [];
  return Object.fromEntries(entries.map(([key, inner]) => [key, make(inner)]));
}

/** Whatever is written in several ways is written in one; our own keywords are taken in. */
function adjust(
  words: Words & Record<string, unknown>,
  source: JsonObject,
  dialect: Dialect,
  make: (value: Json) => Node,
): void {
  const { type, referenceRecords: records, dependencies, items } = source;
  if (typeof type === 'string') words.type = [type];
  else if (Array.isArray(type)) words.type = type as string[];
  if (words.required !== undefined)
    words.required = words.required.filter((name) => typeof name === 'string');
  if (Array.isArray(records) && records.length > 0 && source['allowCustom'] !== true) {
    words.referenceRecords = records as { id: Json; name?: string }[];
  }
  if (dialect === 'draft-04') adjustBounds(words);
  if (dialect !== '2020-12' && Array.isArray(items)) {
    words.prefixItems = items.map(make);
    if (isSchema(source['additionalItems'])) words.items = make(source['additionalItems']);
  }
  if (isObject(dependencies) && !isFormula(dependencies))
    adjustDependencies(words, dependencies as JsonObject, make);
}

/** In draft-04 `exclusiveMinimum: true` says how `minimum` is meant. */
function adjustBounds(words: Record<string, unknown>): void {
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof words[flag] !== 'boolean') continue;
    const exclusive = words[flag] && typeof words[bound] === 'number';
    if (exclusive) words[flag] = words[bound];
    else delete words[flag];
    if (exclusive) delete words[bound];
  }
}

/** `dependencies` of older drafts is two keywords in one. */
function adjustDependencies(words: Words, given: JsonObject, make: (value: Json) => Node): void {
  const entries = Object.entries(given);
  const lists = entries.filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  const schemas = entries.filter(([, value]) => !Array.isArray(value));
  words.dependentRequired = { ...words.dependentRequired, ...Object.fromEntries(lists) };
  words.dependentSchemas = {
    ...words.dependentSchemas,
    ...Object.fromEntries(schemas.map(([key, value]) => [key, make(value)])),
  };
}
