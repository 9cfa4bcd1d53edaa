import { defineKind } from '../define-kind.js';
import { placesIn } from '../places.js';
import { anyFormula, dataSchema } from '../schema-parts.js';
import { askForEvents } from './ask.js';
import { idType, written } from '../types/parts.js';

export const internalEvent = defineKind({
  name: 'internal-event',
  folder: 'internal-events',
  aliases: ['app-event-types'],
  summary: 'Something that happens in your own app and starts flows.',
  fields: {
    schema: dataSchema('What the event looks like.'),
    example: { description: 'An example of the event.' },
    tenantIdFormula: anyFormula('The key of the tenant, from the event ($.customerId).'),
    userIdFormula: anyFormula('The older name of "tenantIdFormula".'),
    subscribeRequest: anyFormula(
      'The request that asks your app to send the event to $.webhookUri: uri, method, query, headers, data.',
    ),
  },
  places: (value) =>
    placesIn(value, {
      schemas: [['schema']],
      formulas: [['tenantIdFormula'], ['userIdFormula'], ['subscribeRequest']],
    }),
  types(value) {
    const event = written(value['schema']);
    const declared = [{ part: [], at: ['schema'] }];
    return ['tenantIdFormula', 'userIdFormula'].map((name) => ({
      at: [name],
      variables: event,
      target: idType,
      declared,
    }));
  },
  askForEvents,
  examples: [
    {
      title: 'An event that your app is asked for',
      yaml: `name: Invoice paid
schema:
  type: object
  properties:
    invoiceId:
      type: string
subscribeRequest:
  uri: /webhooks
  method: POST
  data:
    event: invoice-paid
    url:
      $var: $.webhookUri
    tenant:
      $var: $.tenant.key
`,
    },
    {
      title: 'An event with the tenant in it',
      yaml: `name: Contact changed
schema:
  type: object
  properties:
    customerId:
      type: string
    email:
      type: string
example:
  customerId: acme
  email: jo@example.com
tenantIdFormula:
  $var: $.customerId
`,
    },
  ],
});
