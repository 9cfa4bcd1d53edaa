import { valueAt } from '../../core/json.js';
import type { JsonSchema } from '../../core/schema.js';
import { defineKind } from '../define-kind.js';
import { functionDefinitions, functionField, functionPlaces } from '../functions/function-field.js';
import { placesIn } from '../places.js';
import { callOperation } from '../call-operation.js';
import { typesOfOperation } from './types.js';
import { dataSchema, flag, list, object, text } from '../schema-parts.js';

const run = functionField('Does it: {input} → the output.');

export const operation = defineKind({
  name: 'operation',
  folder: 'operations',
  owner: 'connector',
  fromOpenApi: true,
  summary: 'One thing that the API of an external app can do.',
  unlayered: true,
  fields: {
    inputSchema: dataSchema('What it takes.'),
    outputSchema: dataSchema('What it gives.'),
    isReadOnly: flag('It changes nothing.'),
    tags: list(text('A tag.'), 'Words to find it by.'),
    run,
    methods: object('Another place for "run".', { run }),
  },
  places: (value) => [
    ...placesIn(value, { schemas: [['inputSchema'], ['outputSchema']] }),
    ...functionPlaces(value, ['run'], valueAt(value, ['methods', 'run']) === undefined ? [] : ['methods']),
  ],
  types: typesOfOperation,
  definitions: functionDefinitions,
  inputSchema: (value) => value['inputSchema'] as JsonSchema | undefined,
  outputSchema: (value) => value['outputSchema'] as JsonSchema | undefined,
  needsConnection: () => true,
  run: (ctx) => callOperation(ctx.self, ctx.input),
  examples: [
    {
      title: 'A search',
      yaml: `name: Search contacts
inputSchema:
  type: object
  properties:
    query:
      type: string
run:
  type: rest-api-mapping
  mapping:
    path: /contacts/search
    method: GET
    requestMapping:
      query:
        q:
          $var: $.input.query
`,
    },
  ],
});
