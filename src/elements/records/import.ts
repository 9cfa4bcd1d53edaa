import type { DataSource } from './data-source.js';
import { chain } from './field-mapping.js';
import { modelMaps, type FieldsMap } from './model.js';
import type { DataRecord } from './record.js';

/** Makes a record for the app of a record of the collection. At once where the formulas allow. */
export type Import = (record: DataRecord) => DataRecord | Promise<DataRecord>;

export interface ImportOptions {
  /** Fields of the collection to the app's shape; absent: they stay as they are. */
  readonly map: FieldsMap | undefined;
  /** Give the fields as the API sent them, too. */
  readonly raw?: boolean;
  /** Give the fields of the universal data model, too. */
  readonly unified?: boolean;
}

export function importer(source: DataSource, { map, raw = false, unified = false }: ImportOptions): Import {
  const { toModel } = modelMaps(source.mapping);
  const withModel = unified && source.model !== undefined;
  const isPlain = map === undefined && !raw && !withModel;
  return (record) => {
    if (isPlain && record.rawFields === undefined) return record;
    const { rawFields, ...rest } = record;
    const whole = raw ? { ...rest, rawFields: rawFields ?? record.fields } : rest;
    const mapped = map === undefined ? record.fields : map(record.fields);
    const made = chain(mapped, (fields: unknown) => {
      const result = { ...whole, fields: fields ?? {} }; // a mapping that gives nothing gives no fields
      if (!withModel) return result;
      return chain(toModel(record.fields), (unifiedFields) => ({ ...result, unifiedFields }));
    });
    return made as DataRecord | Promise<DataRecord>;
  };
}
