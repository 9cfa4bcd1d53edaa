import { functionField } from '../../functions/function-field.js';
import { signatureField } from '../../webhooks/signature-field.js';
import type { EventMethod } from '../event-method.js';

export const webhook: EventMethod = {
  name: 'webhook',
  summary: 'The API sends changes to us.',
  functions: {
    subscribe: 'webhook-subscribe',
    handle: 'webhook-handle',
    unsubscribe: 'webhook-unsubscribe',
    refresh: 'webhook-refresh',
  },
  fields: {
    subscribe: functionField('Starts a subscription; gives its first state.'),
    handle: functionField('Turns an incoming webhook into events.'),
    unsubscribe: functionField('Tells the API to stop.'),
    refresh: functionField('Renews the subscription before it ends.'),
    signature: signatureField,
  },
};
