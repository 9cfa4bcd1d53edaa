import { defineKind } from '../define-kind.js';
import { placesIn } from '../places.js';
import { anyFormula, choice, dataSchema, text } from '../schema-parts.js';
import { typesOfFieldMapping } from './types.js';

const values = {
  importValue: anyFormula(
    'The value in the shape of your app; the record is the root of its variables ($.email).',
  ),
  exportValue: anyFormula(
    'The fields of the collection; the value of your app is the root of its variables.',
  ),
  defaultImportValue: anyFormula('What "importValue" is merged over.'),
  defaultExportValue: anyFormula('What "exportValue" is merged over.'),
  unifiedImportValue: anyFormula(
    'The value in the shape of your app, from the fields of the universal data model.',
  ),
  unifiedExportValue: anyFormula('The fields of the universal data model, from a value of your app.'),
};

export const fieldMapping = defineKind({
  name: 'field-mapping',
  folder: 'field-mappings',
  summary: 'Turns records of an external app into the shape of your own, and back.',
  fields: {
    dataSourceKey: text('Key of the data source whose records are mapped.'),
    direction: choice(['import', 'export', 'both'], 'Which way it maps.'),
    ...values,
    appSchema: dataSchema('What a value of your app looks like.'),
  },
  places: (value) =>
    placesIn(value, {
      refs: [[['dataSourceKey'], 'data-source']],
      formulas: Object.keys(values).map((name) => [name]),
      schemas: [['appSchema']],
    }),
  types: typesOfFieldMapping,
  examples: [
    {
      title: 'Both ways',
      yaml: `name: Contacts
dataSourceKey: contacts
direction: both
importValue:
  email:
    $var: $.primaryEmail
  fullName:
    $concat:
      values:
        - $var: $.firstName
        - $var: $.lastName
      delimiter: ' '
exportValue:
  primaryEmail:
    $var: $.email
appSchema:
  type: object
  properties:
    email:
      type: string
    fullName:
      type: string
`,
    },
  ],
});
