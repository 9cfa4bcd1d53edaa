import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { object } from '../../schema-parts.js';
import { dataTargets } from '../../config/mapping-types.js';
import { idRecord } from '../../types/records.js';
import { actionRecords } from '../../records/action-records.js';
import { createRecord } from '../../records/write.js';
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
  targets: (config, scope) => dataTargets(config, scope, 'create'),
  output: () => idRecord,
  likely: { id: 'dry-run' },
  async run(ctx, config) {
    const { source, fields } = await actionRecords(ctx, config);
    return createRecord(source.collection, await fields());
  },
};
