import { isObject, type JsonObject, type JsonPath } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { metaschema } from './schemas-metaschema.js';
import type { Node, Resource } from './schemas-node.js';
import { eachSubSchema, isSchema } from './schemas-positions.js';

/** Drafts of JSON Schema, as far as they differ in how they are read. */
export type Dialect = 'draft-04' | 'draft-07' | '2020-12';

/** A part of a document with an address of its own: the document itself, or a schema in it with `$id`. */
export interface Part extends Resource {
  readonly uri: string;
  readonly dialect: Dialect;
  readonly schema: JsonSchema;
  readonly anchors: Map<string, JsonSchema>;
  readonly dynamicAnchors: Map<string, () => Node>;
}

/** Where a schema stands. */
export interface Standing {
  readonly part: Part;
  /** Inside the first document; undefined in others. */
  readonly path: JsonPath | undefined;
}

export interface Target {
  readonly schema: JsonSchema;
  readonly part: Part;
  /** The name under which a dynamic scope may hold another schema. */
  readonly anchor?: string;
}

const home = 'membrane:///';

/** The documents that take part in one schema: its own, and those that its references lead to. */
export class Documents {
  /** What keys of data-schemas gave, in the order of first use. */
  readonly keys = new Map<string, JsonSchema | undefined>();
  readonly standings = new Map<JsonObject, Standing>();
  readonly clashes: { path: JsonPath; id: string }[] = [];
  readonly #parts = new Map<string, Part>();

  constructor(
    private readonly resolve: ((key: string) => JsonSchema | undefined) | undefined,
    private readonly nodeOf: (schema: JsonSchema, part: Part) => Node,
  ) {}

  /** Takes in a document. `path` only for the first one, whose problems are reported. */
  add(schema: JsonSchema, uri = home, path?: JsonPath): Part {
    const part = this.#part(uri, schema, dialectOf(schema) ?? '2020-12');
    this.#index(schema, part, path);
    return this.#standing(schema)?.part ?? part;
  }

  /** What `ref` means in `from`; undefined where it leads nowhere. */
  find(ref: string, from: Part): Target | undefined {
    const [address, fragment] = split(ref);
    const part = address === '' ? from : this.#partOf(address, from);
    return part === undefined ? undefined : this.#inside(part, decoded(fragment));
  }

  #partOf(address: string, from: Part): Part | undefined {
    const uri = absolute(address, from.uri);
    const known = uri === undefined ? undefined : this.#parts.get(uri);
    if (known !== undefined) return known;
    const draft = uri === undefined ? undefined : draftAt(uri);
    if (draft !== undefined) return this.add(metaschema(draft), uri);
    const remote = uri?.startsWith(home) === true ? undefined : uri;
    return this.#keyed(decoded(address).replace(/^schemas\//, ''), uri) ?? this.#keyed(remote, uri);
  }

  #keyed(key: string | undefined, uri: string | undefined): Part | undefined {
    if (key === undefined) return undefined;
    if (!this.keys.has(key)) this.keys.set(key, this.resolve?.(key));
    const schema = this.keys.get(key);
    const address = uri === key ? key : `${home}schemas/${encodeURIComponent(key)}`;
    return schema === undefined ? undefined : (this.#parts.get(address) ?? this.add(schema, address));
  }

  #inside(part: Part, fragment: string): Target | undefined {
    if (fragment === '') return { schema: part.schema, part };
    if (!fragment.startsWith('/')) {
      const schema = part.anchors.get(fragment);
      if (schema === undefined) return undefined;
      const dynamic = part.dynamicAnchors.has(fragment) ? { anchor: fragment } : {};
      return { schema, part: this.#standing(schema)?.part ?? part, ...dynamic };
    }
    let schema: unknown = part.schema;
    let within = part;
    for (const step of fragment.slice(1).split('/')) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, key)) return undefined;
      schema = (schema as Record<string, unknown>)[key];
      if (isObject(schema)) within = this.#standing(schema as JsonObject)?.part ?? within;
    }
    if (!isSchema(schema)) return undefined;
    if (isObject(schema) && !this.standings.has(schema)) this.#index(schema, within, undefined);
    return { schema, part: within };
  }

  #standing(schema: JsonSchema): Standing | undefined {
    return typeof schema === 'boolean' ? undefined : this.standings.get(schema);
  }

  #part(uri: string, schema: JsonSchema, dialect: Dialect): Part {
    const part = { uri, dialect, schema, anchors: new Map(), dynamicAnchors: new Map() };
    this.#parts.set(uri, part);
    return part;
  }

  #index(schema: JsonSchema, around: Part, path: JsonPath | undefined): void {
    if (typeof schema === 'boolean' || this.standings.has(schema)) return;
    const part = this.#named(schema, around, path);
    this.standings.set(schema, { part, path });
    const anchor = (name: unknown, dynamic: boolean) => {
      if (typeof name !== 'string') return;
      part.anchors.set(name, schema);
      if (dynamic) part.dynamicAnchors.set(name, () => this.nodeOf(schema, part));
    };
    anchor(schema['$anchor'], false);
    anchor(schema['$dynamicAnchor'], true);
    if (schema['$recursiveAnchor'] === true) anchor(recursive, true);
    eachSubSchema(schema, (inner, at) => this.#index(inner, part, path && [...path, ...at]));
  }

  /** The part that a schema opens with its `$id`, or the one around it. */
  #named(schema: JsonObject, around: Part, path: JsonPath | undefined): Part {
    const id = schema[around.dialect === 'draft-04' ? 'id' : '$id'];
    if (typeof id !== 'string') return around;
    const [address, fragment] = split(id);
    const uri = address === '' ? undefined : absolute(address, around.uri);
    if (fragment !== '') around.anchors.set(fragment, schema);
    if (uri === undefined || uri === around.uri) return around;
    const known = this.#parts.get(uri);
    if (known !== undefined && known.schema !== schema && path !== undefined) this.clashes.push({ path, id });
    const part = this.#part(uri, schema, dialectOf(schema) ?? around.dialect);
    // the name of the whole document stays valid beside the one that it gives itself
    if (around.schema === schema) this.#parts.set(around.uri, part);
    return part;
  }
}

/** The anchor that `$recursiveAnchor` of draft 2019-09 amounts to. */
export const recursive = '$recursive';

const drafts: ReadonlyMap<string, Dialect> = new Map([
  ['//json-schema.org/draft-04/schema', 'draft-04'],
  ['//json-schema.org/draft-06/schema', 'draft-07'],
  ['//json-schema.org/draft-07/schema', 'draft-07'],
  ['//json-schema.org/draft/2019-09/schema', 'draft-07'],
  ['//json-schema.org/draft/2020-12/schema', '2020-12'],
]);

/** The draft that `$schema` names; undefined without `$schema`, or where it names none that is known. */
export function dialectOf(schema: JsonSchema): Dialect | undefined {
  const name = isObject(schema) ? schema['$schema'] : undefined;
  return typeof name === 'string' ? draftAt(split(name)[0]) : undefined;
}

function draftAt(uri: string): Dialect | undefined {
  return drafts.get(uri.replace(/^https?:/, ''));
}

function split(uri: string): [string, string] {
  const hash = uri.indexOf('#');
  return hash === -1 ? [uri, ''] : [uri.slice(0, hash), uri.slice(hash + 1)];
}

function absolute(address: string, base: string): string | undefined {
  return URL.canParse(address, base) ? new URL(address, base).href : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
