import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import type { Neighbour, TypeWorld } from '../../core/type-world.js';
import { isFormula } from '../places.js';
import { idType, objectType, partial, plain, written, type Type } from '../types/parts.js';
import { recordType } from '../types/records.js';
import { configOf, type Target, type TypeScope } from '../types/scope.js';
import { collectionParametersType, filterType, namesOf, writtenFields } from './collection-fields.js';
import { recordsOf, type Records } from './records.js';

/** The record that an action or a node on data gives: its fields as the field mapping makes them. */
export function mappedRecord(config: JsonObject, { world }: Pick<TypeScope, 'world'>): JsonSchema {
  const records = recordsOf(config['dataSource'], world);
  return recordType({
    fields: importedFields(config['fieldMapping'], records, world),
    unified: records.unified,
  });
}

/** What every action and node on data has in common: where its records come from and how they are mapped. */
export function dataTargets(
  config: JsonObject,
  { world }: Pick<TypeScope, 'world'>,
  write: 'create' | 'update' = 'update',
): Target[] {
  const records = recordsOf(config['dataSource'], world);
  const { collection, collectionFields, unified } = records;
  const mapping = configOf(config['fieldMapping']);
  const fields = writtenFields(collection, collectionFields, write, world);
  // where anything else gives fields, too, none must be given here
  const given = ['key', 'input', 'exportValue', 'defaultValue', 'default', 'defaultUnifiedValue'];
  const alone = given.filter((name) => mapping[name] !== undefined).length === 1;
  const own = alone ? fields : partial(fields, world);
  const query = namesOf(collectionFields, world);
  return [
    { at: ['dataSource', 'collectionParameters'], target: collectionParametersType(collection) },
    { at: ['fieldMapping', 'input'], target: exportInput(mapping, world) },
    { at: ['fieldMapping', 'importValue'], variables: true },
    { at: ['fieldMapping', 'exportValue'], target: own },
    { at: ['fieldMapping', 'defaultValue'], target: own },
    { at: ['fieldMapping', 'default'], target: own },
    { at: ['fieldMapping', 'defaultUnifiedValue'], target: partial(unified, world) },
    { at: ['id'], target: idType },
    { at: ['lookup'], target: lookupType(query, namesOf(unified, world)) },
    { at: ['lookupFields'], target: query },
    { at: ['filter'], target: filterType(collection, collectionFields, world) },
    { at: ['unifiedFilter'], target: namesOf(unified, world) },
    { at: ['createData'], target: partial(fields, world) },
  ];
}

function lookupType(query: Type, universalQuery: Type): JsonSchema {
  return objectType({ query, universalQuery }, { others: true });
}

/** What a field mapping exports is a value of the app; one that exports nothing leaves it as it is. */
function exportInput(mapping: JsonObject, world: TypeWorld): Type {
  const found = mappingNamed(mapping, world);
  if (found === undefined || found.value['direction'] === 'import') return undefined;
  const exports = ['exportValue', 'defaultExportValue', 'unifiedExportValue'];
  if (!exports.some((name) => found.value[name] !== undefined)) return undefined;
  return partial(written(mapping['appSchema'] ?? found.value['appSchema']), world);
}

/** The fields of a record after its field mapping. */
function importedFields(fieldMapping: unknown, records: Records, world: TypeWorld): Type {
  if (fieldMapping === undefined) return records.unmapped;
  if (!isObject(fieldMapping as Json) || isFormula(fieldMapping)) return undefined;
  const mapping = fieldMapping as JsonObject;
  if (mapping['importValue'] !== undefined) return undefined;
  if (mapping['key'] === undefined) return records.unmapped;
  const found = mappingNamed(mapping, world);
  return found === undefined ? undefined : importType(found, records);
}

/** What an import of a field mapping gives; undefined where a lower layer may give something else. */
function importType(mapping: Neighbour, records: Records): Type {
  const { value, world } = mapping;
  if (value['direction'] === 'export') return records.unmapped;
  if (value['appSchema'] !== undefined) return plain(written(value['appSchema']), world);
  let known = ofMappings.get(mapping);
  if (known === undefined) ofMappings.set(mapping, (known = new Map()));
  if (!known.has(records)) known.set(records, importedBy(mapping, records));
  return known.get(records);
}

const ofMappings = new WeakMap<Neighbour, Map<Records, Type>>();

function importedBy({ value, world, written: where }: Neighbour, records: Records): Type {
  const mapped = [value['importValue'], value['defaultImportValue']].filter((given) => given !== undefined);
  const [given] = mapped;
  if (world.varies || mapped.length > 1) return undefined;
  // what is merged of several layers addresses the fields of both: only its own names are known then
  if (where === 'both' && given !== undefined) return namesGiven(given);
  const addressed = where === 'above' ? (records.unified ?? records.fields) : records.fields;
  if (given !== undefined) return world.typeOf(given, addressed);
  const unified = value['unifiedImportValue'];
  if (unified === undefined) return records.unmapped;
  return where === 'both' ? namesGiven(unified) : world.typeOf(unified, records.unified);
}

function namesGiven(value: Json): Type {
  if (!isObject(value) || isFormula(value)) return undefined;
  return objectType(Object.fromEntries(Object.keys(value).map((name) => [name, undefined])));
}

function mappingNamed(mapping: JsonObject, world: TypeWorld): Neighbour | undefined {
  return typeof mapping['key'] === 'string' ? world.find('field-mapping', mapping['key']) : undefined;
}
