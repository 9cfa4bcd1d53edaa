import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { placesIn, within } from '../places.js';
import { anyFormula, dictionary, list, object, text } from '../schema-parts.js';

/** `udm` of a connector, which stands in a file of its own, `udm.yml`: models by key, with their collections. */
export const modelsField: JsonObject = dictionary(
  object('The collections whose records are of this model; the first one is the usual one.', {
    collectionMappings: list(
      object(
        'A collection.',
        {
          key: text('Key of a data collection of the connector.'),
          parameters: anyFormula('Parameters of the collection.'),
          fieldsFromCollection: anyFormula(
            'The fields of the model; the fields of the record are the root of its variables.',
          ),
          fieldsToCollection: anyFormula(
            'The fields of the collection; the fields of the model are the root of its variables.',
          ),
        },
        ['key'],
      ),
      'The collections, the usual one first.',
    ),
  }),
  'Universal data models, and the collections that are mapped to them. It may stand in udm.yml.',
);

const formulas = [['parameters'], ['fieldsFromCollection'], ['fieldsToCollection']];

/** Places of `udm`, relative to it. */
export function modelPlaces(udm: unknown): Place[] {
  if (!isObject(udm)) return [];
  return Object.entries(udm).flatMap(([model, value]) => {
    const mappings = isObject(value) ? value['collectionMappings'] : undefined;
    if (!Array.isArray(mappings)) return [];
    return mappings.flatMap((mapping, index) =>
      within(
        [model, 'collectionMappings', index],
        placesIn(mapping, { formulas, refs: [[['key'], 'data-collection']] }),
      ),
    );
  });
}
