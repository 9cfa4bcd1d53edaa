import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { recordType } from '../types/records.js';
import { idType, namesOf, objectType, partial, plain, written, type Type } from '../types/parts.js';
import { configOf, type Target, type TypeScope } from '../types/scope.js';
import { isFormula } from '../places.js';
import type { TypeWorld } from '../../core/type-world.js';
import { collectionParametersType, recordsOf, writtenFields, type Records } from './records.js';

/** The record that an action or a node on data gives: its fields as the field mapping makes them. */
export function mappedRecord(config: JsonObject, { world }: Pick<TypeScope, 'world'>): JsonSchema {
  const records = recordsOf(config['dataSource'], world);
  return recordType({
    fields: importedType(config['fieldMapping'], records, world),
    unified: records.unified,
  });
}

/** What every action and node on data has in common: where its records come from and how they are mapped. */
export function dataTargets(
  config: JsonObject,
  { world }: Pick<TypeScope, 'world'>,
  write?: 'create' | 'update',
): Target[] {
  const records = recordsOf(config['dataSource'], world);
  const mapping = configOf(config['fieldMapping']);
  const found = mappingElement(mapping, world);
  const app = written(mapping['appSchema'] ?? found?.value['appSchema']);
  const fields = writtenFields(records, write ?? 'update', world);
  // a field mapping may give what is not given here
  const own = mapping['key'] === undefined && write === 'create' ? fields : partial(fields, world);
  return [
    { at: ['dataSource', 'collectionParameters'], target: collectionParametersType(records.collection) },
    { at: ['fieldMapping', 'input'], target: partial(app, world) },
    { at: ['fieldMapping', 'importValue'], variables: true },
    { at: ['fieldMapping', 'exportValue'], target: own },
    { at: ['fieldMapping', 'defaultValue'], target: own },
    { at: ['fieldMapping', 'default'], target: own },
    { at: ['fieldMapping', 'defaultUnifiedValue'], target: partial(records.unified, world) },
    { at: ['id'], target: idType },
    { at: ['lookup'], target: lookupTarget(records, world) },
    { at: ['lookupFields'], target: namesOf(records.collectionFields, world) },
    { at: ['filter'], target: namesOf(records.collectionFields, world) },
    { at: ['unifiedFilter'], target: namesOf(records.unified, world) },
    { at: ['createData'], target: partial(fields, world) },
  ];
}

/** What an import of a field mapping element gives; undefined where a lower layer may give something else. */
export function importType(value: JsonObject, world: TypeWorld): Type {
  if (value['appSchema'] !== undefined) return plain(written(value['appSchema']), world);
  const records = recordsOf({ key: value['dataSourceKey'] ?? null }, world);
  const mapped = [value['importValue'], value['defaultImportValue']].filter((given) => given !== undefined);
  if (world.varies || mapped.length > 1) return undefined;
  if (mapped.length === 1) return world.typeOf(mapped[0], records.fields);
  return value['unifiedImportValue'] === undefined
    ? undefined
    : world.typeOf(value['unifiedImportValue'], records.unified);
}

function lookupTarget(records: Records, world: TypeWorld): JsonSchema {
  return objectType(
    {
      query: namesOf(records.collectionFields, world),
      universalQuery: namesOf(records.unified, world),
    },
    { others: true },
  );
}

/** The fields of a record after its field mapping. */
function importedType(fieldMapping: unknown, records: Records, world: TypeWorld): Type {
  if (fieldMapping === undefined) return records.fields;
  if (!isObject(fieldMapping as Json) || isFormula(fieldMapping)) return undefined;
  const mapping = fieldMapping as JsonObject;
  if (mapping['importValue'] !== undefined) return undefined;
  if (mapping['appSchema'] !== undefined) return plain(written(mapping['appSchema']), world);
  if (mapping['key'] === undefined) return records.fields;
  const found = mappingElement(mapping, world);
  return found === undefined ? undefined : importType(found.value, found.world);
}

function mappingElement(mapping: JsonObject, world: TypeWorld): ReturnType<TypeWorld['find']> {
  return typeof mapping['key'] === 'string' ? world.find('field-mapping', mapping['key']) : undefined;
}
