import type { FormulaPorts } from '../../core/formula-env.js';
import type { PortContext } from '../../core/kind.js';
import { defineKind } from '../define-kind.js';

export const dataLinkTable = defineKind({
  name: 'data-link-table',
  folder: 'data-link-tables',
  summary: 'Remembers which record of your app belongs to which record of an external app.',
  fields: {},
  examples: [
    { title: 'Contacts', yaml: 'name: Contacts\ndescription: Our people and their contacts in the CRM\n' },
  ],
  formulaPorts,
});

/** Formulas see the links of both directions: where a record has several, the newest one counts. */
function formulaPorts({ links }: PortContext): FormulaPorts {
  if (links === undefined) return {};
  return {
    async findExternalRecordId({ dataLinkTable: table, recordId }) {
      return (await links.find(table, { appRecordId: recordId }))?.externalRecordId;
    },
    async findAppRecordId({ dataLinkTable: table, recordId }) {
      return (await links.find(table, { externalRecordId: recordId }))?.appRecordId;
    },
  };
}
