import { defineKind } from '../define-kind.js';
import { functionDefinitions, functionField } from '../functions/function-field.js';
import { methodFields, methodPlaces } from '../functions/methods.js';
import { typedMethods } from '../functions/typed-function.js';
import { typedSignature, webhookSignatures } from '../functions/webhook-signatures.js';
import { placesIn } from '../places.js';
import { choice, dataSchema } from '../schema-parts.js';
import { signatureField, signaturePlaces } from '../webhooks/signature-field.js';

const functions = {
  subscribe: functionField('Asks the API to send events; gives the state of the subscription.'),
  handle: functionField('Turns an incoming webhook into events.'),
  unsubscribe: functionField('Tells the API to stop.'),
  refresh: functionField('Renews the subscription before it ends.'),
  getEventSelector: functionField(
    'Gives "globalWebhookKey" and "globalWebhookEventSelector" for a connection.',
  ),
};

export const event = defineKind({
  name: 'event',
  folder: 'events',
  owner: 'connector',
  summary: 'Something that happens in an external app and that its API can tell.',
  unlayered: true,
  fields: {
    implementationType: choice(['webhook', 'global-webhook'], 'How the API tells it. Default: webhook.'),
    parametersSchema: dataSchema('Parameters of a subscription.'),
    schema: dataSchema('What the event looks like.'),
    example: { description: 'An example of the event.' },
    stateSchema: dataSchema('What the state of a subscription looks like.'),
    signature: signatureField,
    ...methodFields(functions),
  },
  places: (value) => [
    ...placesIn(value, { schemas: [['parametersSchema'], ['schema'], ['stateSchema']] }),
    ...signaturePlaces(value),
    ...methodPlaces(value, Object.keys(functions)),
  ],
  types: (value, world) => [
    ...typedMethods(value, webhookSignatures(value, world, value['stateSchema']), world),
    ...typedSignature(value, world, value['stateSchema']),
  ],
  definitions: functionDefinitions,
  examples: [
    {
      title: 'A webhook per subscription',
      yaml: `name: Form submitted
implementationType: webhook
schema:
  type: object
  properties:
    email:
      type: string
methods:
  subscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks
      method: POST
      requestMapping:
        data:
          url:
            $var: $.webhookUri
          secret:
            $var: $.webhookSecret
      responseMapping:
        state:
          id:
            $var: $.response.data.id
  unsubscribe:
    type: rest-api-mapping
    mapping:
      path: /hooks/{id}
      method: DELETE
      requestMapping:
        pathParameters:
          id:
            $var: $.state.id
  handle:
    type: mapping
    mapping:
      events:
        - id:
            $var: $.data.id
          payload:
            $var: $.data.form
signature:
  type: hmac
  header: x-signature
  secret:
    $var: $.webhookSecret
`,
    },
  ],
});
