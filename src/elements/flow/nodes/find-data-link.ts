import { dataLinkTableConfig, linkTableIn, linkTargets, linkType } from '../../config/data-link-table.js';
import { configPlaces } from '../../config/places.js';
import { anyFormula, choice, formulaOr, object } from '../../schema-parts.js';
import type { NodeType } from '../node-type.js';

export const findDataLink: NodeType = {
  name: 'find-data-link',
  summary: 'Finds the link of a record.',
  config: object('Which link.', {
    dataLinkTable: dataLinkTableConfig,
    recordId: anyFormula('Id of the record that the link starts from.'),
    appRecordId: anyFormula('Id of the record in your app, where it is known.'),
    externalRecordId: anyFormula('Id of the record in the external app, where it is known.'),
    direction: formulaOr(choice(['import', 'export'], 'Which way the record went.')),
  }),
  needs: ['dataLinkTable', ['recordId', 'appRecordId', 'externalRecordId']],
  places: configPlaces,
  needsConnection: true,
  repeatable: true,
  targets: () => linkTargets,
  output: () => linkType,
  run: async ({ links }, config) => links.find(linkTableIn(config), startOf(config)),
};

/** A record that was imported starts from the external app, any other one from the user's own. */
function startOf({ recordId, direction, appRecordId, externalRecordId }: Readonly<Record<string, unknown>>) {
  const start = direction === 'import' ? { externalRecordId: recordId } : { appRecordId: recordId };
  const given = { appRecordId, externalRecordId, direction };
  return recordId === undefined || recordId === null ? given : { ...given, ...start };
}
