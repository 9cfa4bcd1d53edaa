import { isObject } from '../../../core/json.js';
import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { lookupConfig } from '../../config/lookup.js';
import { anyFormula, object } from '../../schema-parts.js';
import { dataTargets } from '../../config/mapping-types.js';
import { idRecord } from '../../types/records.js';
import { actionRecords } from '../../records/action-records.js';
import { findOrCreateRecord } from '../../records/write.js';
import type { ActionType } from '../action-type.js';

export const findOrCreateDataRecord: ActionType = {
  name: 'find-or-create-data-record',
  summary: 'Finds the first record whose fields have certain values, and creates it where there is none.',
  needsConnection: true,
  config: object('What to find, and what to create otherwise.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    lookup: lookupConfig,
    lookupFields: anyFormula('The older name of "lookup.query".'),
    createData: anyFormula('The older way to give the fields of a new record.'),
  }),
  needs: [['lookup', 'lookupFields']],
  places: configPlaces,
  targets: (config, scope) => dataTargets(config, scope, 'create'),
  output: () => idRecord,
  likely: { id: 'dry-run' },
  async run(ctx, config) {
    const records = await actionRecords(ctx, config);
    const lookup = await records.value('lookup');
    const { query, universalQuery } = isObject(lookup) ? lookup : {};
    const older = await records.value('lookupFields');
    const createData = await records.value('createData');
    const found = await findOrCreateRecord(
      records.source.collection,
      await records.conditions(query ?? older, universalQuery),
      async () => (isObject(createData) ? createData : records.fields()),
    );
    return 'fields' in found ? records.import(found) : found;
  },
};
