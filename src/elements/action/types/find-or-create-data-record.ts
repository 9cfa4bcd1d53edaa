import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { lookupConfig } from '../../config/lookup.js';
import { anyFormula, object } from '../../schema-parts.js';
import { dataTargets } from '../../config/mapping-types.js';
import { idRecord } from '../../types/records.js';
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
  places: configPlaces,
  targets: (config, scope) => dataTargets(config, scope, 'create'),
  output: () => idRecord,
};
