import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { References, Spot } from './openapi-references.js';
import { keywordsOf } from './openapi-keywords.js';

/** Definitions that one operation carries along; what stands further away is taken as anything. */
export const maxDefinitions = 150;
/** Levels of a schema without a reference on the way. */
const maxDepth = 60;

interface Definition {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly uses: ReadonlySet<string>;
}

/** Schemas under way to one element: what they refer to comes along at the end. */
export type Uses = Set<string>;

/**
 * Turns the schemas of OpenAPI, each version of which has a dialect of its own, into JSON Schema 2020-12. References
 * become references to `$defs` of the element, so that schemas which contain themselves work. Each definition is made
 * once for the whole document.
 */
export class SchemaReader {
  private readonly references: References;
  private readonly isOlder: boolean;
  private readonly known = new Map<string, Definition>();
  private readonly spots = new Map<string, Spot>();
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** `isOlder`: OpenAPI 2.0 and 3.0, whose schemas are no JSON Schema yet. */
  constructor(references: References, isOlder: boolean) {
    this.references = references;
    this.isOlder = isOlder;
  }

  /** The schema of a spot. What it refers to is added to `uses`. */
  schema(spot: Spot, uses: Uses): JsonSchema {
    return this.convert(spot, uses, 0);
  }

  /** The same, but for a reference as a whole: what it leads to. */
  inline(spot: Spot, uses: Uses): JsonSchema {
    return this.convert(this.references.follow(spot), uses, 0);
  }

  /** The definitions that a schema needs, and those that these need; the nearest first. */
  definitions(uses: Uses): JsonObject {
    const found: JsonObject = {};
    const queue = [...uses];
    const seen = new Set(queue);
    for (const [index, id] of queue.entries()) {
      if (index >= maxDefinitions) {
        found[this.nameOf(id)] = {};
        continue;
      }
      const { name, schema, uses: more } = this.definition(id);
      found[name] = schema;
      for (const other of more) {
        if (seen.has(other)) continue;
        seen.add(other);
        queue.push(other);
      }
    }
    return found;
  }

  private definition(id: string): Definition {
    let definition = this.known.get(id);
    if (definition === undefined) {
      const uses: Uses = new Set();
      const spot = this.spots.get(id);
      const schema = spot === undefined ? {} : this.convert(spot, uses, 0);
      definition = { name: this.nameOf(id), schema, uses };
      this.known.set(id, definition);
    }
    return definition;
  }

  /** After the last part of its place; two of one name are told apart by a number. */
  private nameOf(id: string): string {
    let name = this.names.get(id);
    if (name === undefined) {
      const last = String(this.spots.get(id)?.path.at(-1) ?? 'schema').replaceAll(/[^\w.-]+/g, '-');
      name = last;
      for (let count = 2; this.taken.has(name); count += 1) name = `${last}-${count}`;
      this.taken.add(name);
      this.names.set(id, name);
    }
    return name;
  }

  private convert(spot: Spot, uses: Uses, depth: number): JsonSchema {
    const { value } = spot;
    if (typeof value === 'boolean') return value;
    if (!isObject(value) || depth > maxDepth) return {};
    const reference =
      typeof value['$ref'] === 'string' ? this.reference(spot, value['$ref'], uses) : undefined;
    // before 3.1, what stands beside a reference has no effect
    if (reference !== undefined && this.isOlder) return reference;
    const converted = keywordsOf(value as JsonObject, this.isOlder, (path) =>
      this.convert(this.below(spot, path), uses, depth + 1),
    );
    return reference === undefined || typeof converted === 'boolean'
      ? converted
      : { ...reference, ...converted };
  }

  private reference(spot: Spot, ref: string, uses: Uses): JsonObject {
    const direct = this.references.target(spot, ref);
    const target = direct === undefined ? undefined : this.references.follow(direct);
    if (target?.value === undefined) return {};
    const id = `${target.file}#${JSON.stringify(target.path)}`;
    this.spots.set(id, target);
    uses.add(id);
    return { $ref: `#/$defs/${this.nameOf(id)}` };
  }

  private below({ value, file, path }: Spot, more: readonly (string | number)[]): Spot {
    const inner = more.reduce<unknown>((at, key) => (at as Record<string | number, Json>)[key], value);
    return { value: inner, file, path: [...path, ...more] };
  }
}
