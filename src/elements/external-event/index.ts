import { defineKind } from '../define-kind.js';
import { lookIntervals } from '../config/intervals.js';
import { dataSourceConfig } from '../config/data-source.js';
import { configPlaces } from '../config/places.js';
import { functionDefinitions, functionField } from '../functions/function-field.js';
import { methodFields, methodPlaces } from '../functions/methods.js';
import { placesIn, within } from '../places.js';
import { signatureField, signaturePlaces } from '../webhooks/signature-field.js';
import { anyFormula, choice, dataSchema, formulaOr, object, text } from '../schema-parts.js';
import { openPullOf, triggersOf } from './triggers.js';
import { typesOfExternalEvent } from './types.js';

const types = ['data-record-created', 'data-record-updated', 'data-record-deleted', 'connector-event'];

const functions = {
  subscribe: functionField('Asks the API to send events; gives the state of the subscription.'),
  handle: functionField('Turns an incoming webhook into events.'),
  unsubscribe: functionField('Tells the API to stop.'),
  refresh: functionField('Renews the subscription before it ends.'),
};

export const externalEvent = defineKind({
  name: 'external-event',
  folder: 'external-events',
  aliases: ['external-event-types'],
  summary: 'Something that happens in an external app and is sent to your own.',
  fields: {
    config: object(
      'Which events.',
      {
        type: choice(types, 'What happens.'),
        dataSource: dataSourceConfig,
        eventKey: formulaOr(text('Key of an event of the connector.')),
        eventParameters: anyFormula('Parameters of the event.'),
        ...lookIntervals,
      },
      ['type'],
    ),
    schema: dataSchema('What the event looks like.'),
    parametersSchema: dataSchema('Parameters of a subscription.'),
    stateSchema: dataSchema('What the state of a subscription looks like.'),
    signature: signatureField,
    example: { description: 'An example of the event.' },
    ...methodFields(functions),
  },
  places: (value) => [
    ...placesIn(value, { schemas: [['schema'], ['parametersSchema'], ['stateSchema']] }),
    ...within(['config'], configPlaces(value['config'])),
    ...signaturePlaces(value),
    ...methodPlaces(value, Object.keys(functions)),
  ],
  types: typesOfExternalEvent,
  needsConnection: () => true,
  triggers: triggersOf,
  openPull: openPullOf,
  definitions: functionDefinitions,
  examples: [
    {
      title: 'New records of a data source',
      yaml: `name: Contact created
config:
  type: data-record-created
  dataSource:
    key: contacts
`,
    },
    {
      title: 'An event of the connector',
      yaml: `name: Form submitted
config:
  type: connector-event
  eventKey: form-submitted
  eventParameters:
    formId: '17'
schema:
  type: object
  properties:
    email:
      type: string
example:
  email: jo@example.com
`,
    },
  ],
});
