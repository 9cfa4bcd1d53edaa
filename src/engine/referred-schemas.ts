import { isObject } from '../core/json.js';
import type { FormulaPorts } from '../core/formula-env.js';
import type { JsonSchema } from '../core/schema.js';
import { writtenSchema } from '../core/written-schema.js';
import type { Engine } from './engine.js';

/** The data-schema that a schema refers to by key, as it is known without asking. */
export function referredSchema({ project }: Engine, key: string): JsonSchema | undefined {
  return writtenSchema(project.resolve('data-schema', key)?.value);
}

/** Whether a schema refers, however indirectly, to one that the user's app must be asked for. */
export function isAskedFor(engine: Engine, schema: JsonSchema): boolean {
  return askedKeys(engine, schema, new Set()).length > 0;
}

/**
 * The data-schemas that a schema refers to and that the user's app gives, asked for: those that they refer to in
 * their turn, too.
 */
export async function askReferred(
  engine: Engine,
  schema: JsonSchema,
  ports: FormulaPorts,
): Promise<ReadonlyMap<string, JsonSchema>> {
  const asked = new Map<string, JsonSchema>();
  const waiting = askedKeys(engine, schema, new Set());
  for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
    if (asked.has(key)) continue;
    const given = await ports.dataSchema?.({ type: 'internal-data-schema', key });
    if (given === undefined) continue;
    asked.set(key, given);
    waiting.push(...askedKeys(engine, given, new Set()));
  }
  return asked;
}

const refsOf = new WeakMap<object, readonly string[]>();

/** Keys of the data-schemas with a `request` that can be reached from a schema through written ones. */
function askedKeys(engine: Engine, schema: JsonSchema, seen: Set<string>): string[] {
  if (!isObject(schema)) return [];
  let keys = refsOf.get(schema);
  if (keys === undefined) refsOf.set(schema, (keys = referredKeys(schema)));
  const asked: string[] = [];
  for (const key of keys) {
    if (seen.has(key)) continue;
    seen.add(key);
    const element = engine.project.resolve('data-schema', key);
    if (element?.value['request'] !== undefined) asked.push(key);
    else asked.push(...askedKeys(engine, writtenSchema(element?.value) ?? true, seen));
  }
  return asked;
}

/** The keys in `$ref: schemas/KEY`, `$ref: KEY` and `$ref: KEY#/part`. */
function referredKeys(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(referredKeys);
  if (!isObject(part)) return [];
  const ref = part['$ref'];
  const key = typeof ref === 'string' ? ref.replace(/#.*$/s, '').replace(/^schemas\//, '') : '';
  const inner = Object.values(part).flatMap(referredKeys);
  return key === '' || URL.canParse(key) ? inner : [decoded(key), ...inner];
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key; // a lone "%": the key is meant as it is
  }
}
