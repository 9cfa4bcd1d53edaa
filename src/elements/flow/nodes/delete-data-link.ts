import { dataLinkTableConfig, linkTableIn, linkTargets } from '../../config/data-link-table.js';
import { configPlaces } from '../../config/places.js';
import { anyFormula, choice, formulaOr, object } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const deleteDataLink: NodeType = {
  name: 'delete-data-link',
  summary: 'Removes the link between two records.',
  config: object('Which link.', {
    dataLinkTable: dataLinkTableConfig,
    appRecordId: anyFormula('Id of the record in your app.'),
    externalRecordId: anyFormula('Id of the record in the external app.'),
    direction: formulaOr(choice(['import', 'export', 'both'], 'Which way the record went. Default: both.')),
  }),
  needs: ['dataLinkTable', ['appRecordId', 'externalRecordId']],
  places: configPlaces,
  needsConnection: true,
  repeatable: true,
  targets: () => linkTargets,
  run: async ({ links }, config) => ({ deleted: await links.remove(linkTableIn(config), config) }),
};
