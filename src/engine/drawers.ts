/**
 * What becomes of the rows of a drawer of the store. `aged`: they are over, and go by age and number. `with-run`: they
 * go with the flow run that they belong to. `waiting`: something has to be done with them first, however long it
 * takes. `kept`: they say how things stand, and go with what they belong to: a connection, a subscription.
 */
export type DrawerLife = 'aged' | 'with-run' | 'waiting' | 'kept';

/** Every drawer; a name that ends with `/` stands for all that begin with it. */
export const drawers: Readonly<Record<string, DrawerLife>> = {
  'action-run': 'aged',
  request: 'aged',
  'connection-attempt': 'aged',
  event: 'aged',
  'event-pull': 'aged',
  'internal-event': 'aged',
  webhook: 'aged',
  'webhook-refused': 'aged',
  'webhook-twin': 'aged',
  notification: 'aged',
  alert: 'aged',

  'flow-run': 'with-run',
  'node-run': 'with-run',
  'flow-input': 'with-run',
  'flow-stop': 'with-run',
  'flow-revision': 'with-run',

  'event-pending': 'waiting',
  'webhook-pending': 'waiting',
  'notification-pending': 'waiting',
  'alert-open': 'waiting',

  subscription: 'kept',
  'subscription-part': 'kept',
  'webhook-address': 'kept',
  'webhook-selector': 'kept',
  'app-event-subscription': 'kept',
  'connection-activity': 'kept',
  'credentials-refresh': 'kept',
  'secret-trace': 'kept',
  'connector-parameters': 'kept',
  instances: 'kept',
  maintenance: 'kept',
  'data-links/': 'kept',
  'kind/': 'kept',
};
