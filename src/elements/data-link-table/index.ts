import { defineKind } from '../define-kind.js';

export const dataLinkTable = defineKind({
  name: 'data-link-table',
  folder: 'data-link-tables',
  summary: 'Remembers which record of your app belongs to which record of an external app.',
  fields: {},
  examples: [
    { title: 'Contacts', yaml: 'name: Contacts\ndescription: Our people and their contacts in the CRM\n' },
  ],
});
