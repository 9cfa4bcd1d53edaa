import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { lookupConfig } from '../../config/lookup.js';
import { object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import { actionRecords } from '../../records/action-records.js';
import { matchRecord } from '../../records/read.js';
import type { ActionType } from '../action-type.js';

export const matchDataRecord: ActionType = {
  name: 'match-data-record',
  summary: 'Finds the first record whose fields have certain values.',
  needsConnection: true,
  repeatable: true,
  config: object('What to find.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    lookup: lookupConfig,
  }),
  needs: ['lookup'],
  places: configPlaces,
  targets: dataTargets,
  output: mappedRecord,
  async run(ctx, config) {
    const records = await actionRecords(ctx, config);
    const lookup = await records.value('lookup');
    const { query, universalQuery } = isObject(lookup) ? lookup : {};
    const found = await matchRecord(
      records.source.collection,
      await records.conditions(query, universalQuery),
    );
    return found === undefined ? null : records.import(found);
  },
};
