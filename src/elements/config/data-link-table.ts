import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { formulasIn, isFormula, placesIn } from '../places.js';
import { formulaOr, object, text } from '../schema-parts.js';
import { idType, objectType, textType } from '../types/parts.js';
import type { Target } from '../types/scope.js';

/** `dataLinkTable` of a node: the table whose links it works on. */
export const dataLinkTableConfig: JsonObject = formulaOr(
  object('The table of links.', { key: formulaOr(text('Key of a data link table.')) }),
);

/** Places of a `dataLinkTable`, relative to it. */
export function dataLinkTablePlaces(value: unknown): Place[] {
  if (isFormula(value)) return [{ at: [], holds: 'formula' }];
  return [...placesIn(value, { refs: [[['key'], 'data-link-table']] }), ...formulasIn(value, ['key'])];
}

/** What the ids of a node that works on links become. */
export const linkTargets: readonly Target[] = [
  { at: ['recordId'], target: idType },
  { at: ['appRecordId'], target: idType },
  { at: ['externalRecordId'], target: idType },
];

/** The type of a link that was found. */
export const linkType = objectType(
  { appRecordId: textType, externalRecordId: textType, direction: textType },
  { others: true },
);

/** The key of the table that a resolved config names. */
export function linkTableIn(config: Readonly<Record<string, unknown>>): string {
  const table = config['dataLinkTable'];
  const key = isObject(table) ? table['key'] : undefined;
  if (typeof key === 'string') return key;
  throw new MembraneError('link/invalid', 'nothing says which data link table is meant', {
    hint: 'give "dataLinkTable" the key of one',
    class: 'configuration',
  });
}
