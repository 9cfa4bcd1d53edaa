import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import { listOf, objectType } from '../../types/parts.js';
import type { ActionType } from '../action-type.js';

export const listDataRecords: ActionType = {
  name: 'list-data-records',
  summary: 'Lists the records of a data source, page by page.',
  needsConnection: true,
  config: object('What to list.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    filter: anyFormula('Fields of the collection and the values that they must have.'),
    unifiedFilter: anyFormula('Fields of the universal data model and the values that they must have.'),
    cursor: anyFormula('Where to go on: the "cursor" of the page before.'),
  }),
  places: configPlaces,
  targets: dataTargets,
  output: (config, scope) =>
    objectType(
      { records: listOf(mappedRecord(config, scope)), cursor: undefined },
      { required: ['records'] },
    ),
  nodeOutput: (config, scope) => listOf(mappedRecord(config, scope)),
};
