import type { JsonObject } from '../../core/json.js';
import type { Declaration, TypedPlace, TypeWorld } from '../../core/type-world.js';
import { writtenFields } from '../config/collection-fields.js';
import { recordsOf } from '../config/records.js';
import { partial, written, type Type } from '../types/parts.js';

/**
 * The types at the places of a field mapping. An import sees the fields of a record and gives a value of the app, an
 * export the other way round; what is merged from two values has what it needs from both.
 */
export function typesOfFieldMapping(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const key = value['dataSourceKey'];
  const records = recordsOf(typeof key === 'string' ? { key } : undefined, world);
  const app = written(value['appSchema']);
  const whole = world.varies || value['defaultImportValue'] !== undefined ? partial(app, world) : app;
  const byModel = world.layer === 'universal' && records.fields === records.unified;
  const fields = byModel
    ? records.unified
    : writtenFields(records.collection, records.collectionFields, 'update', world);
  const imports = (name: string, variables: Type, target: Type): TypedPlace => ({
    at: [name],
    variables,
    target,
  });
  const exports = (name: string, target: Type): TypedPlace => ({
    at: [name],
    variables: app,
    target: partial(target, world),
    declared,
  });
  return [
    imports('importValue', records.fields, whole),
    imports('defaultImportValue', records.fields, partial(app, world)),
    imports('unifiedImportValue', records.unified, whole),
    exports('exportValue', fields),
    exports('defaultExportValue', fields),
    exports('unifiedExportValue', records.unified),
  ];
}

const declared: readonly Declaration[] = [{ part: [], at: ['appSchema'] }];
