import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, object } from '../../schema-parts.js';
import { dataTargets } from '../../config/mapping-types.js';
import { idRecord } from '../../types/records.js';
import { actionRecords } from '../../records/action-records.js';
import { updateRecord } from '../../records/write.js';
import type { ActionType } from '../action-type.js';

export const updateDataRecord: ActionType = {
  name: 'update-data-record',
  summary: 'Changes the record with an id.',
  needsConnection: true,
  config: object('What to change.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    id: anyFormula('The id of the record.'),
  }),
  needs: ['id'],
  places: configPlaces,
  targets: (config, scope) => dataTargets(config, scope),
  output: () => idRecord,
  likely: { id: 'dry-run' },
  async run(ctx, config) {
    const { source, fields, value } = await actionRecords(ctx, config);
    return updateRecord(source.collection, await value('id'), await fields());
  },
};
