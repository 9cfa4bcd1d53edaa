import { functionField } from '../../functions/function-field.js';
import type { EventMethod } from '../event-method.js';

export const customPull: EventMethod = {
  name: 'custom-pull',
  summary: 'The connector keeps a state of its own and gives events for it.',
  functions: { subscribe: 'custom-pull-subscribe', pull: 'custom-pull' },
  fields: {
    subscribe: functionField('Starts a subscription; gives its first state.'),
    pull: functionField('Gives the events since a state, and the next state.'),
  },
};
