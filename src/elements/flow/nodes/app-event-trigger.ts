import { placesIn } from '../../places.js';
import { anyFormula, formulaOr, object, text } from '../../schema-parts.js';
import { eventType } from '../../config/event.js';
import { objectType, textType } from '../../types/parts.js';
import type { NodeType } from '../node-type.js';
import { nameIn } from '../trigger-words.js';

export const appEventTrigger: NodeType = {
  name: 'app-event-trigger',
  summary: 'Starts a run when an event of your own app arrives.',
  trigger: true,
  when: ({ appEvent }) => `when your app emits ${nameIn(appEvent)}`,
  config: object('Which events.', {
    appEvent: object('The internal event.', { key: formulaOr(text('Key of an internal event.')) }),
    filter: anyFormula('Which events start a run; it sees the event as "input".'),
  }),
  needs: ['appEvent'],
  places: (config) =>
    placesIn(config, { refs: [[['appEvent', 'key'], 'internal-event']], formulas: [['filter']] }),
  targets: (config, { world }) => [
    {
      at: ['filter'],
      variables: objectType({ input: eventType(config['appEvent'], world) }, { others: true }),
    },
    { at: ['appEvent', 'key'], target: textType },
  ],
  output: (config, { world }) => eventType(config['appEvent'], world),
};
