import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import { udmSchema } from '../../core/udm.js';
import { isFormula } from '../places.js';
import { openDataSource, type DataSource } from './data-source.js';
import { chain, fieldsIn, findFieldMapping, openFieldMapping, type FieldMapping } from './field-mapping.js';
import { importer, type Import } from './import.js';
import { mergeObjects } from './layered-value.js';
import { modelMapping, modelMaps, modelsOf, type FieldsMap, type ModelMapping } from './model.js';
import type { Fields } from './record.js';

/** The records that the config of an action names, and how they are mapped. */
export interface ActionRecords {
  readonly source: DataSource;
  /** A value of the config with its formulas resolved. */
  value(name: string): Promise<unknown>;
  /** Makes what the action gives of a record. */
  readonly import: Import;
  /** The fields of the collection to write. Rejects with `input/invalid` where nothing says which. */
  fields(): Promise<Fields>;
  /** Conditions on fields of the collection, from those and from conditions on fields of the model. */
  conditions(own: unknown, unified: unknown): Promise<Fields>;
}

/** Opens the records of an action on data. `config` is as it is written. */
export async function actionRecords(ctx: RunContext, config: JsonObject): Promise<ActionRecords> {
  const source = await openDataSource(ctx, await ctx.evaluate(['config', 'dataSource']));
  const own = await mappingConfig(ctx, config['fieldMapping']);
  const key = await own.value('key');
  const mapping =
    typeof key === 'string' ? openFieldMapping(findFieldMapping(ctx.others, key), source) : undefined;
  return {
    source,
    value: (name) => ctx.evaluate(['config', name]),
    import: importer(source, {
      map: await importMap(mapping, own),
      raw: (await own.value('includeRawFields')) === true,
      unified: (await own.value('includeUdmFields')) === true,
    }),
    fields: () => writtenFields(ctx, source, mapping, own),
    conditions: (given, unified) => conditionsOf(source, given, unified),
  };
}

/** `fieldMapping` of a config: its values, each evaluated when it is asked for. */
interface MappingConfig {
  has(name: string): boolean;
  /** `becomes`: the schema of the fields that it gives. */
  value(name: string, variables?: Fields, becomes?: JsonSchema): Promise<unknown>;
  readonly variables: Fields;
}

async function mappingConfig(ctx: RunContext, written: unknown): Promise<MappingConfig> {
  const at = ['config', 'fieldMapping'];
  const given = isFormula(written) ? await ctx.evaluate(at) : undefined;
  const names = given ?? written;
  const has = (name: string) => isObject(names) && names[name] !== undefined;
  return {
    has,
    value: async (name, variables, becomes) => {
      if (!has(name)) return undefined;
      return isObject(given) ? given[name] : ctx.evaluate([...at, name], variables, becomes);
    },
    variables: ctx.variables,
  };
}

/** What is written in the action is merged over what the field mapping gives. */
async function importMap(
  mapping: FieldMapping | undefined,
  own: MappingConfig,
): Promise<FieldsMap | undefined> {
  if (!own.has('importValue')) return mapping?.import;
  const inline: FieldsMap = (fields) => own.value('importValue', beside(fields, own.variables));
  const named = mapping?.import;
  if (named === undefined) return inline;
  return (fields) =>
    chain(named(fields), (above) => chain(inline(fields), (below) => mergeObjects(above, below)));
}

/** The fields as the root of variables that can be read beside them, but are no part of the whole (`$`). */
function beside(fields: Fields, variables: Fields): Fields {
  const root: Record<string, unknown> = { ...fields };
  for (const [name, value] of Object.entries(variables)) {
    if (!Object.hasOwn(root, name)) Object.defineProperty(root, name, { value, enumerable: false });
  }
  return root;
}

async function writtenFields(
  ctx: RunContext,
  source: DataSource,
  mapping: FieldMapping | undefined,
  own: MappingConfig,
): Promise<Fields> {
  const inline = ['exportValue', 'defaultValue', 'default', 'defaultUnifiedValue'];
  const isSaid = inline.some((name) => own.has(name));
  if (mapping === undefined && !isSaid && !own.has('input')) {
    throw new MembraneError('input/invalid', 'nothing says which fields are to be written', {
      hint: 'give "fieldMapping" a key, or a defaultValue with the fields of the collection',
      class: 'configuration',
    });
  }
  const schema = source.collection.declared;
  const given = (name: string, becomes = schema) => own.value(name, undefined, becomes);
  const ofModelSchema = source.model === undefined ? undefined : udmSchema(source.model);
  const unified = await given('defaultUnifiedValue', ofModelSchema);
  const ofModel =
    unified === undefined
      ? {}
      : await modelMaps(mappingToModel(source)).toCollection(fieldsIn(unified, '"defaultUnifiedValue"'));
  const plain = (await given('defaultValue')) ?? (await given('default'));
  return {
    ...fieldsIn(ofModel, '"fieldsToCollection"'),
    ...fieldsIn(plain, '"defaultValue"'),
    ...fieldsIn(await exported(ctx, mapping, own, isSaid), 'the export of the field mapping'),
    ...fieldsIn(await given('exportValue'), '"exportValue"'),
  };
}

/** What the field mapping makes of `input`; without one, of the whole input of the action. */
async function exported(
  ctx: RunContext,
  mapping: FieldMapping | undefined,
  own: MappingConfig,
  isSaid: boolean,
): Promise<unknown> {
  const input = await own.value('input');
  const value = input ?? (isSaid || own.has('input') ? undefined : ctx.input);
  if (!isObject(value)) return undefined;
  return mapping?.export === undefined ? value : mapping.export(value);
}

/** Fields of a model are given: where nothing says of which, it is the only one that the collection is mapped to. */
function mappingToModel({ model, mapping, collection }: DataSource): ModelMapping | undefined {
  if (model !== undefined) return mapping;
  const { key, ctx } = collection;
  const models = modelsOf(ctx.others, key);
  const [only] = models;
  if (only !== undefined && models.length === 1) return modelMapping(ctx.others, only, key);
  const what = models.length === 0 ? 'no model' : `several models: ${models.join(', ')}`;
  throw new MembraneError(
    'input/invalid',
    `fields of a universal data model are given, but the connector maps "${key}" to ${what}`,
    {
      hint:
        only === undefined
          ? 'give fields of the collection ("query", "filter"), or map it in udm.yml of the connector'
          : `say which is meant, in the data source: udm: ${only}`,
      class: 'configuration',
    },
  );
}

/** Conditions on the model one by one: one that the collection has no field for would be lost among others. */
async function conditionsOf(source: DataSource, own: unknown, unified: unknown): Promise<Fields> {
  const isUnified = isObject(unified) && Object.keys(unified).length > 0;
  const { toCollection } = modelMaps(isUnified ? mappingToModel(source) : undefined);
  const result: Record<string, unknown> = {};
  const always = isUnified ? fieldsIn(await toCollection({}), '"fieldsToCollection"') : {};
  for (const [name, value] of Object.entries(isUnified ? unified : {})) {
    const mapped = fieldsIn(await toCollection({ [name]: value }), '"fieldsToCollection"');
    const fields = Object.entries(mapped).filter(([field]) => !Object.hasOwn(always, field));
    if (fields.length === 0) {
      throw new MembraneError(
        'input/invalid',
        `the connector maps no field of "${source.collection.key}" to "${name}" of the model`,
        { hint: 'map it in "fieldsToCollection" of its udm.yml', class: 'configuration' },
      );
    }
    Object.assign(result, Object.fromEntries(fields));
  }
  const given = Object.entries(isObject(own) ? own : {}).filter(([, value]) => value !== undefined);
  return { ...result, ...Object.fromEntries(given) };
}
