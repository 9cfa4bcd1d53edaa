import { diagnostic } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import { isObject } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import { collectionKeyOf, pathParameters } from './collection-key.js';
import { openCollection, type Collection } from './collection.js';
import type { RecordsContext } from './context.js';
import { modelMapping, type ModelMapping } from './model.js';
import type { Fields } from './record.js';

/** The records that a data source names: a collection for one connection, and the model that it is mapped to. */
export interface DataSource {
  readonly collection: Collection;
  /** Key of the universal data model, where the data source names one. */
  readonly model: string | undefined;
  /** How the connector maps the collection to the model; undefined where it does not. */
  readonly mapping: ModelMapping | undefined;
  /** The data source element, where one was named. */
  readonly element: OtherElement | undefined;
}

/**
 * The records of a `dataSource`: `{key}`, `{collectionKey, collectionParameters}`, `{path}` or `{udm}`; what is given
 * beside a key goes before what the data source says. Its formulas are resolved, those of the element are not.
 */
export async function openDataSource(ctx: RecordsContext, given: unknown): Promise<DataSource> {
  const own = isObject(given) ? given : {};
  const { key, ...more } = own;
  const element = typeof key === 'string' ? findDataSource(ctx, key) : undefined;
  const source = { ...element?.value, ...more };
  const model = typeof source['udm'] === 'string' ? source['udm'] : undefined;
  const named = collectionKeyOf(source);
  const mapping = model === undefined ? undefined : modelMapping(ctx.others, model, named);
  const collectionKey = named ?? mapping?.collectionKey;
  if (collectionKey === undefined) throw nothingNamed(ctx, element, model);
  if (model !== undefined && mapping === undefined) warnOfModel(ctx, model, collectionKey, element);
  const parameters: Fields = {
    ...pathParameters(source),
    ...(await parametersAt(mapping?.element, mapping?.at, 'parameters', ctx)),
    ...(await parametersAt(element, [], 'collectionParameters', ctx)),
    ...(isObject(more['collectionParameters']) ? more['collectionParameters'] : {}),
  };
  return { collection: await openCollection(ctx, collectionKey, parameters), model, mapping, element };
}

function findDataSource(ctx: RecordsContext, key: string): OtherElement {
  const element = ctx.others.find('data-source', key);
  if (element === undefined) {
    const keys = ctx.others.keys('data-source');
    throw new MembraneError('element/not-found', `no data source "${key}"`, {
      hint: didYouMean(key, keys) ?? 'see them with "membrane data-source list"',
      class: 'configuration',
    });
  }
  if (!element.off) return element;
  throw new MembraneError('element/off', `the data source "${key}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: element.locate(['isDeactivated'], 'key'),
  });
}

async function parametersAt(
  element: OtherElement | undefined,
  at: readonly (string | number)[] = [],
  name: string,
  { variables }: RecordsContext,
): Promise<Fields> {
  const value = await element?.evaluate([...at, name], variables);
  return isObject(value) ? value : {};
}

function nothingNamed(
  ctx: RecordsContext,
  element: OtherElement | undefined,
  model: string | undefined,
): MembraneError {
  const span = element?.locate(model === undefined ? [] : ['udm']);
  if (model === undefined) {
    const what = element === undefined ? '' : `: the data source "${element.key}" names no collection`;
    return new MembraneError('ref/not-found', `nothing says which records are meant${what}`, {
      hint: 'give "dataSource" a key, a collectionKey or a udm',
      span,
      class: 'configuration',
    });
  }
  const connector = ctx.others.connector()?.key;
  const who = connector === undefined ? 'the connector' : `the connector "${connector}"`;
  return new MembraneError('record/no-model', `${who} maps no collection to the model "${model}"`, {
    hint: 'map one in its udm.yml, or name a collection in the data source of this integration',
    span,
    class: 'configuration',
  });
}

function warnOfModel(
  { others, warn }: RecordsContext,
  model: string,
  collectionKey: string,
  element: OtherElement | undefined,
): void {
  const connector = others.connector();
  const span = element?.locate(['udm']) ?? connector?.locate([]);
  if (span === undefined) return;
  const message = `the connector does not map "${collectionKey}" to the model "${model}": the fields are taken as they are`;
  warn(diagnostic('record/no-model', message, span, { help: 'map it in udm.yml of the connector' }));
}
