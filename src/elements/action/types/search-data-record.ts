import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, object } from '../../schema-parts.js';
import type { ActionType } from '../action-type.js';

export const searchDataRecord: ActionType = {
  name: 'search-data-record',
  summary: 'Searches the records of a data source for a text.',
  needsConnection: true,
  config: object('What to search.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    query: anyFormula('The text to search for.'),
    cursor: anyFormula('Where to go on: the "cursor" of the page before.'),
  }),
  places: configPlaces,
};
