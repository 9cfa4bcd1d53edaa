import { dataLinkTableConfig, linkTableIn, linkTargets } from '../../config/data-link-table.js';
import { configPlaces } from '../../config/places.js';
import { anyFormula, choice, formulaOr, object } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const createDataLink: NodeType = {
  name: 'create-data-link',
  summary: 'Links a record of your app with a record of the external app.',
  config: object('The link.', {
    dataLinkTable: dataLinkTableConfig,
    appRecordId: anyFormula('Id of the record in your app.'),
    externalRecordId: anyFormula('Id of the record in the external app.'),
    direction: formulaOr(choice(['import', 'export', 'both'], 'Which way the record went. Default: both.')),
  }),
  needs: ['dataLinkTable', 'appRecordId', 'externalRecordId'],
  places: configPlaces,
  needsConnection: true,
  repeatable: true,
  targets: () => linkTargets,
  async run({ links }, config) {
    const [link] = await links.create(linkTableIn(config), config);
    return link;
  },
};
