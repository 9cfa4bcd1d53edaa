import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { object } from '../../schema-parts.js';
import type { ActionType } from '../action-type.js';

export const createDataRecord: ActionType = {
  name: 'create-data-record',
  summary: 'Creates a record.',
  needsConnection: true,
  config: object('What to create.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
  }),
  places: configPlaces,
};
