import type { FormulaEnv } from '../core/formula-env.js';
import { isObject, same } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { compileFormula, type Compiled } from './compile.js';
import { isFormula, usesFormula } from './is-formula.js';
import { textOf } from './text.js';

const dynamic = new WeakMap<object, boolean>();
const compiled = new WeakMap<object, Compiled>();

/** Whether there are formulas in a schema. Asked once a schema, so that static ones cost nothing. */
export function isDynamicSchema(schema: JsonSchema): boolean {
  return isDynamic(schema);
}

/**
 * The schema with its formulas resolved against the value that it is applied to: a locator addresses the value
 * from its root. Inside `items` it addresses the current item first, and what that does not have, the value around
 * it; where the items need different schemas, they become `prefixItems` (`items` as a list under draft-07). A static
 * schema is given back as it is, without waiting. Rejects with what formulas throw.
 */
export function resolveSchema(
  schema: JsonSchema,
  value: unknown,
  env: FormulaEnv = {},
): JsonSchema | Promise<JsonSchema> {
  if (!isDynamic(schema)) return schema;
  const tuples = isObject(schema) && /draft-0[3-7]/.test(textOf(schema['$schema'])) ? 'items' : 'prefixItems';
  return resolvePart(schema, value, value, { env, tuples }) as Promise<JsonSchema>;
}

interface Context {
  readonly env: FormulaEnv;
  /** The keyword of the draft for schemas of items one by one. */
  readonly tuples: 'items' | 'prefixItems';
}

/** `value` is what the part applies to, undefined where it is not there; `variables` is what locators address. */
async function resolvePart(
  part: unknown,
  value: unknown,
  variables: unknown,
  context: Context,
): Promise<unknown> {
  if (!isDynamic(part)) return part;
  if (Array.isArray(part)) {
    const items: unknown[] = [];
    for (const item of part) items.push(await resolvePart(item, value, variables, context));
    return items.filter((item) => item !== undefined);
  }
  if (isFormula(part) !== undefined) return compiledOnce(part as object).evaluate(variables, context.env);
  const resolved: Record<string, unknown> = {};
  for (const [keyword, inner] of Object.entries(part as object)) {
    const result = await resolveKeyword(keyword, inner, value, variables, context);
    if (result !== undefined) Object.assign(resolved, result);
  }
  return resolved;
}

/** The keyword with its value resolved, or the keywords that stand for it then. */
async function resolveKeyword(
  keyword: string,
  inner: unknown,
  value: unknown,
  variables: unknown,
  context: Context,
): Promise<Record<string, unknown> | undefined> {
  if (keyword === 'properties' && isObject(inner) && isFormula(inner) === undefined) {
    const properties: [string, unknown][] = [];
    for (const [name, property] of Object.entries(inner)) {
      const own = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
      const resolved = await resolvePart(property, own, variables, context);
      if (resolved !== undefined) properties.push([name, resolved]);
    }
    return { properties: Object.fromEntries(properties) };
  }
  if (keyword === 'items' && isDynamic(inner) && !Array.isArray(inner)) {
    return resolveItems(inner, Array.isArray(value) ? value : [], variables, context);
  }
  const resolved = await resolvePart(inner, value, variables, context);
  return resolved === undefined ? undefined : { [keyword]: resolved };
}

async function resolveItems(
  schema: unknown,
  items: readonly unknown[],
  variables: unknown,
  context: Context,
): Promise<Record<string, unknown>> {
  const schemas: unknown[] = [];
  for (const item of items) {
    schemas.push((await resolvePart(schema, item, itemVariables(item, variables), context)) ?? true);
  }
  const [first = (await resolvePart(schema, undefined, variables, context)) ?? true] = schemas;
  // Compiling a schema for each of a thousand items is slow, and seldom needed.
  if (schemas.every((one) => same(one, first))) return { items: first };
  return { [context.tuples]: schemas };
}

function itemVariables(item: unknown, around: unknown): unknown {
  return isObject(item) ? { ...(isObject(around) ? around : {}), ...item } : around;
}

function isDynamic(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  let known = dynamic.get(part);
  if (known === undefined) {
    known = usesFormula(part);
    dynamic.set(part, known);
  }
  return known;
}

function compiledOnce(formula: object): Compiled {
  let known = compiled.get(formula);
  if (known === undefined) {
    known = compileFormula(formula);
    compiled.set(formula, known);
  }
  return known;
}
