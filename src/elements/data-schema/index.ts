import { defineKind } from '../define-kind.js';
import { placesIn } from '../places.js';
import { anyFormula, dataSchema } from '../schema-parts.js';
import { formulaPorts } from './formula-ports.js';

export const dataSchemaKind = defineKind({
  name: 'data-schema',
  folder: 'data-schemas',
  aliases: ['app-data-schemas'],
  summary: 'A shape of data of your own app, for others to refer to.',
  fields: {
    schema: dataSchema('The shape. Others name it as "$ref: schemas/KEY".'),
    request: anyFormula('The request to your app that gives the shape, where it differs between tenants.'),
  },
  places: (value) => placesIn(value, { schemas: [['schema']], formulas: [['request']] }),
  examples: [
    {
      title: 'A contact',
      yaml: `name: Contact
schema:
  type: object
  properties:
    name:
      type: string
    email:
      type: string
      format: email
  required: [email]
`,
    },
  ],
  formulaPorts,
});
