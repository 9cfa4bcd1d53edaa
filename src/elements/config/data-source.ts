import type { JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { udmKind } from '../../core/udm.js';
import { formulasIn, isFormula, placesIn } from '../places.js';
import { anyFormula, count, formulaOr, object, text } from '../schema-parts.js';

/** `dataSource` of an action, node or event: which records it works on. */
export const dataSourceConfig: JsonObject = formulaOr(
  object('The records to work on: a data source by key, a collection, or a universal data model.', {
    key: formulaOr(text('Key of a data source.')),
    collectionKey: formulaOr(
      text('Key of a data collection of the connector, where no data source is named.'),
    ),
    collectionParameters: anyFormula('Parameters of the collection.'),
    udm: formulaOr(
      text('A universal data model: the first collection that the connector maps to it is used.'),
    ),
    path: formulaOr(text('Path of the collection, as exports write it: /data/KEY.')),
    defaultPath: formulaOr(text('Path that is used where no other is chosen, as exports write it.')),
    pullUpdatesIntervalSeconds: formulaOr(count('Seconds between pulls of changed records.', 1)),
    fullSyncIntervalSeconds: formulaOr(count('Seconds between full scans.', 60)),
  }),
);

/** How a data source names a collection of the connector. */
export const collectionRefs = [
  [['collectionKey'], 'data-collection'],
  [['path'], 'data-collection'],
  [['defaultPath'], 'data-collection'],
] as const;

/** Places of a `dataSource`, relative to it. */
export function dataSourcePlaces(value: unknown): Place[] {
  if (isFormula(value)) return [{ at: [], holds: 'formula' }];
  const refs = [[['key'], 'data-source'], [['udm'], udmKind], ...collectionRefs] as const;
  return [
    ...placesIn(value, { refs }),
    ...formulasIn(
      value,
      refs.map(([[name]]) => name),
    ),
  ];
}
