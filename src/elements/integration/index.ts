import { defineKind } from '../define-kind.js';
import { text } from '../schema-parts.js';
import { partial, written } from '../types/parts.js';

export const integration = defineKind({
  name: 'integration',
  folder: 'integrations',
  summary: 'An external app that your users can connect, with what its connector needs from you.',
  unlayered: true,
  holdsLayer: true,
  impliedBy: 'connector',
  serverFields: ['oAuthRedirectUri', 'parametersSchema', 'authOptions', 'isTest'],
  fields: {
    connectorKey: text('Key of the connector. Default: the key of the integration.'),
    connectorVersion: text('Version of the connector.'),
    parameters: {
      type: 'object',
      description: 'Parameters of the connector. Secrets do not belong in a file.',
    },
    oAuthCallbackUri: text('Where the external app sends users back to after their consent.'),
    logoUri: text('Address of a logo.'),
  },
  types: (_, world) => [
    {
      at: ['parameters'],
      variables: undefined,
      // others come from membrane.yaml and the environment
      target: partial(written(world.connector()?.['parametersSchema']), world),
    },
  ],
  examples: [
    {
      title: 'An integration with a connector of another name',
      yaml: `name: Our CRM
connectorKey: crm
parameters:
  region: eu
`,
    },
  ],
});
