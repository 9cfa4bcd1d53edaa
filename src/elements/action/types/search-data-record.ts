import { configPlaces } from '../../config/places.js';
import { dataSourceConfig } from '../../config/data-source.js';
import { fieldMappingConfig } from '../../config/field-mapping.js';
import { anyFormula, choice, object } from '../../schema-parts.js';
import { dataTargets, mappedRecord } from '../../config/mapping-types.js';
import { listOf, objectType, textType } from '../../types/parts.js';
import { actionRecords } from '../../records/action-records.js';
import { listPages } from '../../records/paged.js';
import { textOf } from '../../records/record.js';
import type { ActionType } from '../action-type.js';

export const searchDataRecord: ActionType = {
  name: 'search-data-record',
  summary: 'Searches the records of a data source for a text.',
  needsConnection: true,
  repeatable: true,
  paged: true,
  config: object('What to search.', {
    dataSource: dataSourceConfig,
    fieldMapping: fieldMappingConfig,
    query: anyFormula('The text to search for.'),
    cursor: anyFormula('Where to go on: the "cursor" of the page before.'),
    paginate: choice(['all'], 'Follow the cursors to the end, and give the records of all pages.'),
  }),
  needs: ['query'],
  places: configPlaces,
  targets: (config, scope) => [...dataTargets(config, scope), { at: ['query'], target: textType }],
  output: (config, scope) =>
    objectType(
      { records: listOf(mappedRecord(config, scope)), cursor: undefined },
      { required: ['records'] },
    ),
  async run(ctx, config) {
    const records = await actionRecords(ctx, config);
    const [query, cursor] = [await records.value('query'), await records.value('cursor')];
    return listPages(records, { query: textOf(query) ?? '', cursor }, config['paginate'] === 'all');
  },
  nodeOutput: () => undefined,
};
