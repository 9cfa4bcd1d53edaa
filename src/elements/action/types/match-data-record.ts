import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { lookupConfig } from '../../config/lookup.js';
import { object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import type { ActionType } from '../action-type.js';

export const matchDataRecord: ActionType = {
  name: 'match-data-record',
  summary: 'Finds the first record whose fields have certain values.',
  needsConnection: true,
  config: object('What to find.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    lookup: lookupConfig,
  }),
  places: configPlaces,
  targets: dataTargets,
  output: mappedRecord,
};
