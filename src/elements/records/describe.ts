import { isObject, valueAt, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { methodNames, methodOf, openCollection, type MethodName } from './collection.js';
import type { RecordsContext } from './context.js';
import { names } from './fields.js';
import {
  fieldOf,
  findCollection,
  findFunction,
  optionOf,
  type CollectionFunction,
} from './functions-of-collection.js';
import type { Parameters } from './parameters.js';

/** What a data collection can do. */
export interface CollectionDescription {
  readonly connector: string | undefined;
  readonly collection: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly methods: readonly MethodDescription[];
  readonly parametersSchema: JsonSchema | undefined;
  /** As declared: fields that only one connection has are not among them. */
  readonly fieldsSchema: JsonSchema | undefined;
  /** A connection may have fields of its own. */
  readonly hasCustomFields: boolean;
  /** How changes are learned of: `created: webhook`. */
  readonly events: Readonly<Record<string, string>>;
}

export interface MethodDescription {
  readonly name: MethodName;
  /** Sort of its function; `list` where the list takes its place. */
  readonly by: string;
  readonly requests: readonly string[];
  readonly filterFields?: readonly string[];
  readonly fields?: readonly string[];
  readonly requiredFields?: readonly string[];
  readonly excludedFields?: readonly string[];
}

/** Describes a collection of the connector without asking its API. */
export async function describeCollection(
  ctx: RecordsContext,
  key: string,
  parameters: Parameters | undefined,
): Promise<CollectionDescription> {
  const { value } = findCollection(ctx.others, key);
  // parameters that are required need not be known to see what they are
  const lenient = { ...ctx, validator: () => (given: unknown) => ({ value: given, problems: [] }) };
  const collection = await openCollection(parameters === undefined ? lenient : ctx, key, parameters);
  const { source } = collection;
  const methods = methodNames.flatMap((name): MethodDescription[] => {
    const found = methodOf(collection, name);
    const byList = name === 'match' && names(optionOf(source, 'list', 'filterFields')).length > 0;
    if (found === undefined && !byList) return [];
    const options = ['filterFields', 'fields', 'requiredFields', 'excludedFields'].flatMap((option) => {
      const given = names(optionOf(source, name, option));
      return given.length === 0 ? [] : [[option, given]];
    });
    return [
      {
        name,
        by: found === undefined ? 'list' : String(found.value['type']),
        requests: found === undefined ? [] : requestsOf(found, optionOf(source, name, 'apiRequests')),
        ...Object.fromEntries(options),
      },
    ];
  });
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : undefined);
  return {
    connector: ctx.others.connector()?.key,
    collection: key,
    name: text('name'),
    description: text('description'),
    methods,
    parametersSchema: fieldOf(source, 'parametersSchema')?.value as JsonSchema | undefined,
    fieldsSchema: collection.declared,
    hasCustomFields: findFunction(source, 'customFields') !== undefined || collection.hasCustomFields,
    events: eventsOf(fieldOf(source, 'events')?.value),
  };
}

/** What it sends: as it says itself, else as its mapping is written. */
function requestsOf({ value }: CollectionFunction, declared: unknown): string[] {
  if (Array.isArray(declared)) {
    return declared.filter(isObject).map(({ method, path }) => `${String(method ?? 'GET')} ${String(path)}`);
  }
  const mapping = value['mapping'];
  if (!isObject(mapping)) return [];
  const { path, method, operationKey, operationType } = mapping as JsonObject;
  if (typeof operationKey === 'string') return [`operation ${operationKey}`];
  if (value['type'] === 'graphql-api-mapping') {
    const asked = Object.keys(isObject(mapping['requestMapping']) ? mapping['requestMapping'] : {});
    const written = typeof valueAt(mapping, ['requestMapping', 'query']) === 'string' ? [] : asked;
    return [[String(operationType ?? 'query'), ...written].join(' ')];
  }
  if (typeof path !== 'string') return [];
  return [`${typeof method === 'string' ? method.toUpperCase() : 'GET'} ${path}`];
}

function eventsOf(events: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(events) ? events : {}).map(([change, event]) => [
      change,
      isObject(event) ? String(event['implementationType'] ?? 'full-scan') : 'full-scan',
    ]),
  );
}
