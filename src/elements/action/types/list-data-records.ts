import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, choice, object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import { listOf, objectType } from '../../types/parts.js';
import { actionRecords } from '../../records/action-records.js';
import { listPages } from '../../records/paged.js';
import type { ActionType } from '../action-type.js';

export const listDataRecords: ActionType = {
  name: 'list-data-records',
  summary: 'Lists the records of a data source, page by page.',
  needsConnection: true,
  repeatable: true,
  paged: true,
  config: object('What to list.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    filter: anyFormula('Fields of the collection and the values that they must have.'),
    unifiedFilter: anyFormula('Fields of the universal data model and the values that they must have.'),
    cursor: anyFormula('Where to go on: the "cursor" of the page before.'),
    paginate: choice(['all'], 'Follow the cursors to the end, and give the records of all pages.'),
  }),
  places: configPlaces,
  targets: dataTargets,
  output: (config, scope) =>
    objectType(
      { records: listOf(mappedRecord(config, scope)), cursor: undefined },
      { required: ['records'] },
    ),
  async run(ctx, config) {
    const records = await actionRecords(ctx, config);
    const filter = await records.conditions(
      await records.value('filter'),
      await records.value('unifiedFilter'),
    );
    return listPages(
      records,
      { filter, cursor: await records.value('cursor') },
      config['paginate'] === 'all',
    );
  },
  nodeOutput: (config, scope) => listOf(mappedRecord(config, scope)),
};
