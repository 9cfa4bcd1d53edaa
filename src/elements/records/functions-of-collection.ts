import { MembraneError } from '../../core/error.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement, OtherElements } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import { checkedParameters, type Parameters } from './parameters.js';
import type { RecordsContext } from './context.js';

/** A collection with those whose functions it shares. */
export interface Source {
  readonly element: OtherElement;
  readonly parameters: Parameters;
  /** Those that come first are asked first: mixins, the last one before the others, then what it extends. */
  readonly shared: readonly Source[];
}

/** A function of a collection, wherever it is written. */
export interface CollectionFunction {
  readonly element: OtherElement;
  readonly at: JsonPath;
  readonly value: JsonObject;
  readonly parameters: Parameters;
}

/** Finds a collection of the connector. Rejects with `element/not-found`. */
export function findCollection(others: OtherElements, key: string): OtherElement {
  const element = others.find('data-collection', key);
  if (element === undefined) {
    const keys = others.keys('data-collection');
    const known = keys.length === 0 ? 'it has none' : `it has ${keys.slice(0, 8).join(', ')}`;
    const connector = others.connector()?.key;
    throw new MembraneError(
      'element/not-found',
      `the connector ${connector === undefined ? '' : `"${connector}" `}has no data collection "${key}"`,
      { hint: didYouMean(key, keys) ?? known, class: 'configuration' },
    );
  }
  if (!element.off) return element;
  throw new MembraneError('element/off', `the data collection "${key}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: element.locate(['isDeactivated'], 'key'),
  });
}

/** A collection with its parameters checked, and all that it shares functions with. */
export async function openSource(
  ctx: RecordsContext,
  key: string,
  given: Parameters,
  way: readonly string[] = [],
): Promise<Source> {
  const element = findCollection(ctx.others, key);
  if (way.includes(key)) {
    throw new MembraneError(
      'function/failed',
      `collections share functions in a circle: ${[...way, key].join(' → ')}`,
      { span: element.locate(['extends'], 'key'), class: 'configuration' },
    );
  }
  const parameters = await checkedParameters(ctx, element, given);
  const { mixins, extends: parent } = element.value;
  const places: JsonPath[] = [
    ...(Array.isArray(mixins) ? mixins.map((_, index) => ['mixins', index]).reverse() : []),
    ...(parent === undefined ? [] : [['extends']]),
  ];
  const shared: Source[] = [];
  for (const at of places) {
    const named = collectionNamed(valueAt(element.value, at));
    if (named === undefined) continue;
    const more = await element.evaluate([...at, 'parameters'], { parameters });
    const own = isObject(more) ? { ...parameters, ...more } : parameters;
    shared.push(await openSource(ctx, named, own, [...way, key]));
  }
  return { element, parameters, shared };
}

/** `KEY`, `/data/KEY`, or an object that names it. */
export function collectionNamed(named: unknown): string | undefined {
  const text = isObject(named) ? (named['key'] ?? named['collectionKey'] ?? named['path']) : named;
  return typeof text === 'string' ? text.replace(/^\/?data\//, '') : undefined;
}

/** The function of this name, of the collection itself or of the nearest that it shares functions with. */
export function findFunction(source: Source, name: string): CollectionFunction | undefined {
  const { element, parameters, shared } = source;
  for (const at of [['methods', name], [name]]) {
    const value = valueAt(element.value, at);
    if (isObject(value) && value['type'] !== undefined) {
      return { element, at, value: value as JsonObject, parameters };
    }
  }
  for (const one of shared) {
    const found = findFunction(one, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is said of a method beside its function, such as the fields that it takes. */
export function optionOf(source: Source, method: string, option: string): unknown {
  const { element, shared } = source;
  const own = valueAt(element.value, ['methods', method, option]) ?? valueAt(element.value, [method, option]);
  if (own !== undefined) return own;
  for (const one of shared) {
    const found = optionOf(one, method, option);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A field of the collection, or of the nearest that it shares functions with, and where it stands. */
export function fieldOf(
  source: Source,
  field: string,
): { element: OtherElement; value: unknown } | undefined {
  const value = source.element.value[field];
  if (value !== undefined) return { element: source.element, value };
  for (const one of source.shared) {
    const found = fieldOf(one, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The elements of a source, the collection itself first. */
export function elementsOf({ element, shared }: Source): readonly OtherElement[] {
  return [element, ...shared.flatMap((one) => elementsOf(one))];
}
