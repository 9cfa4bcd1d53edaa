import type { Explanation } from './explanation.js';

export const connectionExplanations = {
  'connection/missing': {
    means: 'The run needs a connection to an external app, and there is none for it.',
    wrong: 'You run an action before anybody has connected.',
    right: 'Make one with "membrane connect INTEGRATION".',
  },
  'connection/exists': {
    means: 'A connection with this key exists, and is not replaced without being asked to.',
    wrong: 'You run "membrane connect crm" a second time.',
    right: 'Add "--reconnect" to renew it, or "--key OTHER" for a second one.',
  },
  'connection/unknown': {
    means: 'The tenant has no connection of this key.',
    wrong: '"membrane connection test acmme".',
    right: 'See what there is with "membrane connection list"; connections of other tenants need --tenant.',
  },
  'connection/disconnected': {
    means: 'The credentials of the connection do not work any more, and cannot be renewed without its user.',
    wrong: 'The user removed the app from their account.',
    right: '"membrane connection reconnect KEY".',
  },
  'connection/revoke': {
    means: 'A connection was to be deleted, and the other side could not be told that its grant has ended.',
    wrong: 'The authorization server does not answer while you delete a connection.',
    right: 'Try again, or remove the app in the settings of the account.',
  },
  'connection/test': {
    means: 'The request by which the connector tries a connection failed.',
    wrong: 'The key was typed with a letter missing.',
    right: 'Connect again with the right credentials; "membrane connection test KEY" tries them.',
  },
  'integration/parameters': {
    means: 'The connector needs parameters, such as a client id, that the integration does not give.',
    wrong: 'You connect to an OAuth app for which no client is registered.',
    right:
      '"membrane integration configure KEY" asks for them; "parameters" of membrane.yaml can hold what is no secret.',
  },
  'tenant/unknown': {
    means: 'There is no tenant of this key.',
    wrong: '"membrane connection list --tenant acmme".',
    right: 'See what there is with "membrane tenant list", or make it with "membrane tenant create KEY".',
  },
  'tenant/exists': {
    means: 'There is a tenant of this key already.',
    wrong: 'You run "membrane tenant create acme" twice.',
    right: 'Use it: "membrane tenant use acme".',
  },
} satisfies Record<string, Explanation>;
