import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import { actionRecords } from '../../records/action-records.js';
import { findRecord } from '../../records/read.js';
import type { ActionType } from '../action-type.js';

export const findDataRecordById: ActionType = {
  name: 'find-data-record-by-id',
  summary: 'Finds the record with an id.',
  needsConnection: true,
  repeatable: true,
  config: object('What to find.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    id: anyFormula('The id of the record.'),
  }),
  needs: ['id'],
  places: configPlaces,
  targets: dataTargets,
  output: mappedRecord,
  async run(ctx, config) {
    const records = await actionRecords(ctx, config);
    return records.import(await findRecord(records.source.collection, await records.value('id')));
  },
};
