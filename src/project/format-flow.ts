import type { CST } from 'yaml';
import type { Json } from '../core/json.js';
import { valueAt } from '../core/json.js';
import type { Shape } from './format-order.js';
import { sorted } from './format-sort.js';
import { keyOf, namesIn } from './format-tree.js';

/**
 * A value in flow style with its keys in their order; undefined where it stays as it is: it runs over several
 * lines, holds comments, or is no map or list.
 */
export function flowText(token: CST.Token, text: string, value: Json, shape: Shape): string | undefined {
  if (token.type !== 'flow-collection') return undefined;
  const items = token.items.filter(({ key, value: held }) => key != null || held != null);
  const closing = token.end[0];
  const [first] = items;
  if (first === undefined || closing === undefined) return undefined;
  if (text.slice(token.offset, closing.offset).includes('\n')) return undefined;
  const isMap = token.start.type === 'flow-map-start';
  const entries = items.map((item, index) => {
    const key = keyOf(item.key);
    const part = isMap ? (key ?? index) : index;
    const inner = (valueAt(value, [part]) ?? null) as Json;
    return { item: { key, ...namesIn(item) }, text: itemText(item, text, inner, shape.at(value, part)) };
  });
  if (items.length !== token.items.length || entries.some((entry) => entry.text === undefined))
    return undefined;
  const ordered = isMap ? sorted(entries, shape.keys(value)) : entries;
  const padding = text.slice(0, closing.offset).endsWith(' ') ? ' ' : '';
  const body = ordered.map((entry) => entry.text).join(', ');
  return `${token.start.source}${padding}${body}${padding}${closing.source}`;
}

function itemText(item: CST.CollectionItem, text: string, value: Json, shape: Shape): string | undefined {
  const { start, key, sep = [], value: held } = item;
  const tokens = [...start, ...sep];
  if (tokens.some(({ type }) => type === 'comment' || type === 'explicit-key-ind')) return undefined;
  const before = start.filter(({ type }) => type !== 'comma').map(({ source }) => source);
  const parts = [before.join('').trimStart(), source(key, text), sep.map((one) => one.source).join('')];
  const own = held == null ? '' : (flowText(held, text, value, shape) ?? source(held, text));
  return [...parts, own].join('').trimEnd();
}

function source(token: CST.Token | null | undefined, text: string): string {
  if (token == null) return '';
  if (token.type === 'flow-collection') {
    const closing = token.end[0];
    return text.slice(token.offset, (closing?.offset ?? token.offset) + 1);
  }
  return 'source' in token ? token.source : '';
}
