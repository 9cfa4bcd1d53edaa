import { isObject, valueAt, type Json, type JsonObject } from '../../core/json.js';
import type { TypeWorld } from '../../core/type-world.js';
import { collectionNamed } from '../records/functions-of-collection.js';
import { asObject, objectType, partial, plain, written, type Type } from '../types/parts.js';

/** `collectionParameters` of a data source becomes what its collection asks for. */
export function collectionParametersType(collection: JsonObject | undefined): Type {
  return written(collection?.['parametersSchema']);
}

/** What a collection says of something, or the nearest that it shares its functions with; undefined where none does. */
export function saidBy(collection: JsonObject, at: readonly string[], world: TypeWorld): unknown {
  for (const one of familyOf(collection, world)) {
    const found = valueAt(one, ['methods', ...at]) ?? valueAt(one, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A collection and those that it shares functions with, in the order in which they are asked. */
function familyOf(collection: JsonObject, world: TypeWorld, seen = new Set<JsonObject>()): JsonObject[] {
  if (seen.has(collection)) return [];
  seen.add(collection);
  const mixins = Array.isArray(collection['mixins']) ? collection['mixins'] : [];
  const others = [...mixins.toReversed(), collection['extends']].flatMap((named) => {
    const key = collectionNamed(named);
    const found = key === undefined ? undefined : world.findInConnector('data-collection', key);
    return found === undefined ? [] : familyOf(found, world, seen);
  });
  return [collection, ...others];
}

/** The fields of a collection; where a connection may have more of them, other names are no slip. */
export function fieldsOf(collection: JsonObject | undefined, world: TypeWorld): Type {
  if (collection === undefined) return undefined;
  const fields = plain(written(saidBy(collection, ['fieldsSchema'], world)), world);
  const custom = ['customFields', 'customFieldsSchema'].some(
    (name) => saidBy(collection, [name], world) !== undefined,
  );
  const whole = asObject(fields);
  return custom && whole !== undefined ? { ...whole, additionalProperties: true } : fields;
}

/** What `create` or `update` of a collection takes; a record that is created must have what it asks for. */
export function writtenFields(
  collection: JsonObject | undefined,
  collectionFields: Type,
  method: 'create' | 'update',
  world: TypeWorld,
): Type {
  const whole = asObject(collectionFields);
  if (collection === undefined || whole === undefined) return partial(collectionFields, world);
  const option = (name: string) => names(saidBy(collection, [method, name], world));
  const [only, excluded] = [option('fields'), option('excludedFields')];
  const taken = Object.entries(whole.properties).filter(
    ([name]) => (only.length === 0 || only.includes(name)) && !excluded.includes(name),
  );
  const { required, ...rest } = whole;
  const asked = method === 'create' ? [...names(required), ...option('requiredFields')] : [];
  const given = new Set(asked.filter((name) => !isReadOnly(whole.properties[name])));
  return { ...rest, properties: Object.fromEntries(taken), required: [...given] };
}

/** Conditions on fields: the same names, whatever their values. A list filters by what it says, and by nothing else. */
export function filterType(
  collection: JsonObject | undefined,
  collectionFields: Type,
  world: TypeWorld,
): Type {
  const declared = collection && saidBy(collection, ['list', 'filterFields'], world);
  if (declared === undefined) return namesOf(collectionFields, world);
  return objectType(Object.fromEntries(names(declared).map((name) => [name, undefined])), { others: false });
}

/** An object with the same names, whatever their values. */
export function namesOf(schema: Type, world: TypeWorld): Type {
  const whole = asObject(plain(schema, world));
  if (whole === undefined) return undefined;
  const open = whole['additionalProperties'] ?? (whole['patternProperties'] === undefined ? undefined : true);
  const unknown = Object.keys(whole.properties).map((name) => [name, undefined] as const);
  return objectType(Object.fromEntries(unknown), open === undefined ? {} : { others: open !== false });
}

function isReadOnly(field: Json | undefined): boolean {
  return isObject(field) && field['readOnly'] === true;
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
