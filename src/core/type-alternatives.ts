import { isObject, same, type JsonObject } from './json.js';
import { schemaKeywords } from './schema-keywords.js';
import type { JsonSchema } from './schema.js';
import { kind, kindOfValue, kindsOfKeyword, type Kinds } from './type-kinds.js';
import { adopt, definition } from './type-references.js';

/**
 * One of the forms that a value of a type can have: everything in it holds at once. A type is a list of them, with
 * `$ref`, `allOf`, `anyOf` and `oneOf` followed, so that nobody else needs to know these.
 */
export interface Alternative {
  /** Schemas without combinations, which all hold. */
  readonly parts: readonly JsonObject[];
  readonly kinds: Kinds;
  /** The only values that are possible; undefined where there is no such list. */
  readonly values: readonly unknown[] | undefined;
  /** There may be more in it than is known: a formula, a reference that leads nowhere, a condition. */
  readonly unsure: boolean;
}

/** How types are read. What was read once is remembered. */
export interface Types {
  /** The schema of a data-schema element. */
  readonly resolve: (key: string) => JsonSchema | undefined;
  readonly known: WeakMap<JsonObject, readonly Alternative[]>;
}

const anything: readonly Alternative[] = [{ parts: [], kinds: kind.any, values: undefined, unsure: true }];

/** More forms than this are more than anybody means: nothing is known then. */
const most = 64;

/** Keywords that lead to other schemas, which hold too. */
const combinations = ['$ref', 'allOf', 'anyOf', 'oneOf'];

/** Keywords that add what cannot be known without the value. */
const conditional = ['if', 'dependentSchemas', 'dependencies', '$dynamicRef', '$recursiveRef', 'extends'];

const none = (): undefined => undefined;
const byResolve = new WeakMap<(key: string) => JsonSchema | undefined, Types>();

/**
 * How types are read with these data-schemas. What `resolve` answers is remembered for as long as the function lives:
 * a project whose schemas have changed needs another function.
 */
export function typesOf(resolve: (key: string) => JsonSchema | undefined = none): Types {
  let types = byResolve.get(resolve);
  if (types === undefined) {
    types = { resolve, known: new WeakMap() };
    byResolve.set(resolve, types);
  }
  return types;
}

/** The forms of a type; none for what is never there. */
export function alternativesOf(types: Types, schema: JsonSchema): readonly Alternative[] {
  if (!isObject(schema)) return schema === false ? [] : anything;
  // What is read in no time is not worth remembering: nearly all schemas are of one field.
  const plain = !combinations.some((word) => schema[word] !== undefined);
  if (plain && schema['properties'] === undefined) return isFormula(schema) ? anything : [own(schema)];
  let known = types.known.get(schema);
  if (known === undefined) {
    known = expand(types, schema, new Set());
    types.known.set(schema, known);
  }
  return known;
}

export function kindsOf(types: Types, schema: JsonSchema): Kinds {
  return alternativesOf(types, schema).reduce((kinds, one) => kinds | one.kinds, 0);
}

/** The values of a type that has only a few; undefined for all others. */
export function valuesOf(types: Types, schema: JsonSchema): readonly unknown[] | undefined {
  const values: unknown[] = [];
  for (const one of alternativesOf(types, schema)) {
    if (one.kinds === kind.null) values.push(null);
    else if (one.values === undefined) return undefined;
    else values.push(...one.values.filter((value) => !values.some((other) => same(value, other))));
  }
  return values;
}

function expand(types: Types, schema: JsonObject, around: Set<JsonObject>): readonly Alternative[] {
  if (around.has(schema) || isFormula(schema)) return anything;
  around.add(schema);
  let found: readonly Alternative[] = [own(schema)];
  const also = (others: readonly Alternative[]): void => {
    found = both(found, others);
  };
  const inner = (one: unknown): readonly Alternative[] => {
    if (!isObject(one)) return one === false ? [] : anything;
    adopt(one as JsonObject, schema);
    return expand(types, one as JsonObject, around);
  };
  if (schema['$ref'] !== undefined) {
    const target = definition(schema, schema['$ref'], types.resolve);
    also(isObject(target) ? expand(types, target, around) : target === false ? [] : anything);
  }
  if (Array.isArray(schema['allOf'])) for (const one of schema['allOf']) also(inner(one));
  for (const word of ['anyOf', 'oneOf']) {
    const forms = schema[word];
    if (Array.isArray(forms)) also(forms.flatMap(inner));
    else if (forms !== undefined) also(anything);
  }
  around.delete(schema);
  // A contradiction is a fault of the schema, and says nothing about values.
  return found.length === 0 || found.length > most ? anything : found;
}

/** Whether a schema begins with a word with a `$` that is no keyword. */
function isFormula(schema: JsonObject): boolean {
  for (const first in schema) return first.startsWith('$') && !schemaKeywords.has(first);
  return false;
}

/** Every combination of two lists of forms that is possible. */
function both(left: readonly Alternative[], right: readonly Alternative[]): readonly Alternative[] {
  if (left.length * right.length > most * 4) return anything;
  return left.flatMap((one) =>
    right.flatMap((other): Alternative[] => {
      const kinds = one.kinds & other.kinds;
      const values = shared(one.values, other.values);
      if (kinds === 0 || values?.length === 0) return [];
      return [{ parts: [...one.parts, ...other.parts], kinds, values, unsure: one.unsure || other.unsure }];
    }),
  );
}

function shared(
  left: readonly unknown[] | undefined,
  right: readonly unknown[] | undefined,
): readonly unknown[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.filter((one) => right.some((other) => same(one, other)));
}

/** What a schema says itself, without what it refers to and combines. */
function own(schema: JsonObject): Alternative {
  const values = valuesIn(schema);
  const declared = schema['type'] === undefined ? undefined : kindsOfKeyword(schema['type']);
  let kinds = declared ?? kind.any;
  if (values !== undefined) {
    const ofValues = values.reduce<Kinds>((bits, value) => bits | kindOfValue(value), 0);
    if ((kinds & ofValues) !== 0) kinds &= ofValues;
  }
  // OpenAPI's word, which many schemas of APIs still have.
  if (schema['nullable'] === true) kinds |= kind.null;
  const odd = schema['type'] !== undefined && declared === undefined;
  return {
    parts: [schema],
    kinds,
    values,
    unsure: odd || conditional.some((word) => schema[word] !== undefined),
  };
}

function valuesIn(schema: JsonObject): readonly unknown[] | undefined {
  if (schema['const'] !== undefined) return isObject(schema['const']) ? undefined : [schema['const']];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'];
  const records = schema['referenceRecords'];
  if (!Array.isArray(records) || records.length === 0) return undefined;
  if (schema['allowCustom'] !== undefined && schema['allowCustom'] !== false) return undefined;
  if (
    !records.every(
      (record) => isObject(record) && kindOfValue(record['id']) < kind.list && record['id'] !== undefined,
    )
  )
    return undefined;
  return records.map((record) => (record as JsonObject)['id']);
}
