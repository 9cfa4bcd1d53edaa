import { configPlaces } from '../../config/places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import { connectorEvent } from '../../config/event.js';
import type { NodeType } from '../node-type.js';
import { nameIn } from '../trigger-words.js';

export const connectorEventTrigger: NodeType = {
  name: 'connector-event-trigger',
  summary: 'Starts a run when an event of the connector arrives.',
  trigger: true,
  when: ({ eventKey }) => `when the connector tells of ${nameIn(eventKey)}`,
  needsConnection: true,
  config: object('Which events.', {
    eventKey: formulaOr(text('Key of an event of the connector.')),
    eventParameters: anyFormula('Parameters of the event.'),
    filter: anyFormula('Which events start a run.'),
  }),
  needs: ['eventKey'],
  places: configPlaces,
  targets: (config, { world }) => [
    { at: ['eventParameters'], target: connectorEvent(config['eventKey'], world).parameters },
    { at: ['filter'], variables: true },
  ],
  output: (config, { world }) => connectorEvent(config['eventKey'], world).event,
};
