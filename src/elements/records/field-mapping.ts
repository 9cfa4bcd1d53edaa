import { MembraneError } from '../../core/error.js';
import type { OtherElement, OtherElements } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import type { JsonSchema } from '../../core/schema.js';
import { udmSchema } from '../../core/udm.js';
import type { DataSource } from './data-source.js';
import { layeredValue, mergeObjects, originOf, type ValuePart } from './layered-value.js';
import { modelMapping, modelMaps, type FieldsMap } from './model.js';
import type { Fields } from './record.js';

/** A field mapping for one connection: records into the shape of the app, and back. */
export interface FieldMapping {
  /** Undefined where it says nothing of this direction: the fields stay as they are then. */
  readonly import: FieldsMap | undefined;
  readonly export: FieldsMap | undefined;
}

/** Finds a field mapping. Rejects with `element/not-found`, and with `element/off` where it is switched off. */
export function findFieldMapping(others: OtherElements, key: string): OtherElement {
  const element = others.find('field-mapping', key);
  if (element === undefined) {
    throw new MembraneError('element/not-found', `no field mapping "${key}"`, {
      hint: didYouMean(key, others.keys('field-mapping')) ?? 'see them with "membrane field-mapping list"',
      class: 'configuration',
    });
  }
  if (!element.off) return element;
  throw new MembraneError('element/off', `the field mapping "${key}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: element.locate(['isDeactivated'], 'key'),
  });
}

/**
 * Makes a field mapping ready for the records of a data source. Values of its universal layer address the fields of
 * the model, where the data source names one there; those of lower layers, the fields of the collection.
 */
export function openFieldMapping(element: OtherElement, records: DataSource): FieldMapping {
  const source = withModel(element, records);
  const { direction } = element.value;
  return {
    import: direction === 'export' ? undefined : openImport(element, source),
    export: direction === 'import' ? undefined : openExport(element, source),
  };
}

/** Records that were named without a model are of the model that the field mapping is made for. */
function withModel(element: OtherElement, source: DataSource): DataSource {
  const key = element.value['dataSourceKey'];
  if (source.model !== undefined || typeof key !== 'string') return source;
  const { ctx, key: collectionKey } = source.collection;
  const named = ctx.others.find('data-source', key);
  const model = named?.value['udm'];
  const mapping = typeof model === 'string' ? modelMapping(ctx.others, model, collectionKey) : undefined;
  return mapping === undefined ? source : { ...source, model: mapping.model, mapping, element: named };
}

function openImport(element: OtherElement, source: DataSource): FieldsMap | undefined {
  const { toModel } = modelMaps(source.mapping);
  const becomes = element.value['appSchema'] as JsonSchema | undefined;
  const fromModel =
    (run: FieldsMap): FieldsMap =>
    (fields) =>
      chain(toModel(fields), run);
  const byModel = addressesModel(source);
  const parts = layeredValue(element, ['defaultImportValue', 'importValue']);
  if (parts.length === 0) {
    const unified = layeredValue(element, ['unifiedImportValue']);
    return joinedParts(unified, (part) => fromModel(ready(element, part, becomes)));
  }
  return joinedParts(parts, (part) => {
    const run = ready(element, part, becomes);
    return part.universal && byModel ? fromModel(run) : run;
  });
}

function openExport(element: OtherElement, source: DataSource): FieldsMap | undefined {
  const { toCollection } = modelMaps(source.mapping);
  const ofModel = source.model === undefined ? undefined : udmSchema(source.model);
  const throughModel = (part: ValuePart): FieldsMap => {
    const run = ready(element, part, ofModel);
    return (value) => chain(run(value), toCollection);
  };
  const byModel = addressesModel(source);
  const parts = layeredValue(element, ['defaultExportValue', 'exportValue']);
  if (parts.length === 0) return joinedParts(layeredValue(element, ['unifiedExportValue']), throughModel);
  return joinedParts(parts, (part) =>
    part.universal && byModel ? throughModel(part) : ready(element, part, source.collection.declared),
  );
}

function ready(element: OtherElement, part: ValuePart, becomes: JsonSchema | undefined): FieldsMap {
  return element.prepare(part.value, originOf(part), becomes);
}

/** The universal layer speaks of the model where its data source does. */
function addressesModel({ element, model }: DataSource): boolean {
  if (model === undefined) return false;
  if (element === undefined) return true;
  const universal = element.layers.find(({ layer }) => layer === 'universal');
  return (universal?.value ?? element.value)['udm'] !== undefined;
}

/** One function of the parts of a value. */
function joinedParts(
  parts: readonly ValuePart[],
  mapOf: (part: ValuePart) => FieldsMap,
): FieldsMap | undefined {
  const [first, ...others] = parts.map(mapOf);
  if (first === undefined || others.length === 0) return first;
  return (fields) => {
    let result = first(fields);
    for (const map of others) {
      result = chain(result, (above) => chain(map(fields), (below) => mergeObjects(above, below)));
    }
    return result;
  };
}

/** Goes on at once where nothing has to be waited for. */
export function chain(value: unknown, apply: (value: never) => unknown): unknown {
  return value instanceof Promise
    ? value.then((given: unknown) => apply(given as never))
    : apply(value as never);
}

/** Fields as an object: a mapping that gives nothing gives no fields. */
export function fieldsIn(value: unknown, what: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new MembraneError(
    'function/failed',
    `${what} gives no fields, but ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    {
      hint: 'it gives an object whose keys are fields',
      class: 'configuration',
    },
  );
}
