import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { isDynamicSchema, resolveSchema } from '../../formulas/dynamic-schema.js';
import type { RecordsContext } from './context.js';
import { withCustomFields } from './fields.js';
import {
  fieldOf,
  findFunction,
  openSource,
  type CollectionFunction,
  type Source,
} from './functions-of-collection.js';
import type { Parameters } from './parameters.js';

/** The methods of a collection, in the order in which they are listed. */
export const methodNames = ['list', 'findById', 'match', 'search', 'create', 'update', 'delete'] as const;
export type MethodName = (typeof methodNames)[number];

/** A data collection of the connector, for one connection and with its parameters. */
export interface Collection {
  readonly key: string;
  readonly ctx: RecordsContext;
  readonly source: Source;
  readonly parameters: Parameters;
  /** What it declares of its fields, with formulas still in it. */
  readonly declared: JsonSchema | undefined;
  /** The connection may have fields beyond those that are declared. */
  readonly hasCustomFields: boolean;
}

/** Opens a collection. Rejects with `element/not-found`, and with `input/invalid` where the parameters do not fit. */
export async function openCollection(
  ctx: RecordsContext,
  key: string,
  parameters: Parameters = {},
): Promise<Collection> {
  const source = await openSource(ctx, key, parameters);
  return {
    key,
    ctx,
    source,
    parameters: source.parameters,
    declared: referredTo(ctx, fieldOf(source, 'fieldsSchema')?.value),
    hasCustomFields: customFieldsOf(source) !== undefined,
  };
}

/** A method that the API has; undefined where the connector does not declare it, or says that it cannot be. */
export function methodOf({ source }: Collection, name: MethodName): CollectionFunction | undefined {
  const found = findFunction(source, name);
  return found?.value['type'] === 'not-supported' ? undefined : found;
}

/** The same; throws `run/unsupported` where there is none. `doing`: what cannot be done, as in `cannot be searched`. */
export function requireMethod(collection: Collection, name: MethodName, doing: string): CollectionFunction {
  const found = methodOf(collection, name);
  if (found !== undefined) return found;
  throw unsupported(collection, doing);
}

export function unsupported(collection: Collection, doing: string, hint?: string): MembraneError {
  const { key, ctx, source } = collection;
  const able = methodNames.filter((name) => methodOf(collection, name) !== undefined);
  const connector = ctx.others.connector()?.key;
  const of = connector === undefined ? '' : ` of "${connector}"`;
  return new MembraneError('run/unsupported', `records of "${key}"${of} cannot be ${doing}`, {
    hint: hint ?? (able.length === 0 ? 'it has no method at all' : `its methods are ${able.join(', ')}`),
    span: source.element.locate([]),
    class: 'configuration',
  });
}

/** Calls a function of the collection with its arguments. */
export function callFunction(
  { element, at, parameters }: CollectionFunction,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return element.call(at, { ...args, parameters }, { reads: !writing.has(String(at.at(-1))) });
}

const writing: ReadonlySet<string> = new Set(['create', 'update', 'delete']);

/**
 * The schema of the fields of a record, as it is for this collection: formulas in it see the fields and the
 * `parameters` of the collection. At once where there are none.
 */
export function fieldsSchemaFor(
  { declared, parameters }: Collection,
  fields: Readonly<Record<string, unknown>>,
): JsonSchema | undefined | Promise<JsonSchema> {
  if (declared === undefined || !isDynamicSchema(declared)) return declared;
  return resolveSchema(declared, { parameters, ...fields });
}

const known = new WeakMap<RecordsContext['others'], Map<string, Promise<JsonSchema | undefined>>>();

/** The schema of the fields with those that only this connection has. The API is asked once in a run. */
export function wholeFieldsSchema(collection: Collection): Promise<JsonSchema | undefined> {
  const { ctx, key, parameters } = collection;
  let schemas = known.get(ctx.others);
  if (schemas === undefined) known.set(ctx.others, (schemas = new Map()));
  const name = JSON.stringify([key, parameters]);
  let schema = schemas.get(name);
  if (schema === undefined) schemas.set(name, (schema = askForCustomFields(collection)));
  return schema;
}

async function askForCustomFields(collection: Collection): Promise<JsonSchema | undefined> {
  const declared = await fieldsSchemaFor(collection, {});
  const custom = customFieldsOf(collection.source);
  if (custom === undefined) return declared;
  const given = await callFunction(custom, {});
  const schema = isObject(given) && isObject(given['schema']) ? given['schema'] : given;
  if (schema === undefined || schema === null) return declared;
  if (isObject(schema) && (isObject(schema['properties']) || Object.keys(schema).length === 0)) {
    return withCustomFields(declared, schema as JsonObject);
  }
  throw new MembraneError(
    'function/failed',
    `"${custom.at.join('.')}" of the data collection "${collection.key}" gives no schema`,
    {
      hint: 'it gives a JSON Schema of an object: {type: object, properties: {…}}',
      span: custom.element.locate(custom.at, 'key'),
      class: 'configuration',
    },
  );
}

function customFieldsOf(source: Source): CollectionFunction | undefined {
  const found = findFunction(source, 'customFields') ?? findFunction(source, 'customFieldsSchema');
  return found?.value['type'] === 'not-supported' ? undefined : found;
}

/** A schema, or the one of the data-schema that it refers to as a whole. */
function referredTo({ others }: RecordsContext, schema: unknown): JsonSchema | undefined {
  let current = schema;
  for (let steps = 0; steps < 10; steps += 1) {
    const ref = isObject(current) && Object.keys(current).length === 1 ? current['$ref'] : undefined;
    if (typeof ref !== 'string' || ref.startsWith('#')) break;
    current = others.find('data-schema', ref.replace(/^schemas\//, ''))?.value['schema'];
  }
  return isObject(current) || typeof current === 'boolean' ? (current as JsonSchema) : undefined;
}
