import { functionField } from '../../functions/function-field.js';
import { text } from '../../schema-parts.js';
import type { EventMethod } from '../event-method.js';

export const connectorEvent: EventMethod = {
  name: 'connector-event',
  summary: 'An event of the connector says what changed.',
  functions: {
    getEventConfig: 'connector-event-get-event-config',
    extractEvents: 'connector-event-extract-events',
  },
  fields: {
    eventKey: text('Key of an event of the connector.'),
    eventParameters: { description: 'Parameters of that event.' },
    getEventConfig: functionField(
      'Gives "eventKey" and "eventParameters", where they depend on the collection.',
    ),
    extractEvents: functionField('Turns the event of the connector into events on records.'),
  },
};
