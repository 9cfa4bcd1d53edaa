import { defineKind } from '../define-kind.js';
import { functionDefinitions, functionField } from '../functions/function-field.js';
import { methodFields, methodPlaces } from '../functions/methods.js';
import { typedMethods } from '../functions/typed-function.js';
import { typedSignature, webhookSignatures } from '../functions/webhook-signatures.js';
import { openGlobalHook } from '../webhooks/global.js';
import { signatureField, signaturePlaces } from '../webhooks/signature-field.js';

const functions = {
  handle: functionField(
    'Turns an incoming webhook into events: {query, data, headers} → {events: [{selector, payload}]}.',
  ),
};

export const globalWebhook = defineKind({
  name: 'global-webhook',
  folder: 'global-webhooks',
  owner: 'connector',
  summary: 'One address for the webhooks of all connections of an external app.',
  unlayered: true,
  fields: { signature: signatureField, ...methodFields(functions) },
  places: (value) => [...signaturePlaces(value), ...methodPlaces(value, Object.keys(functions))],
  types: (value, world) => [
    ...typedMethods(value, { handle: webhookSignatures(value, world).handle }, world),
    ...typedSignature(value, world, undefined),
  ],
  openHook: openGlobalHook,
  definitions: functionDefinitions,
  examples: [
    {
      title: 'Events that name their account',
      yaml: `name: App webhook
methods:
  handle:
    type: mapping
    mapping:
      events:
        - selector:
            $var: $.data.accountId
          payload:
            $var: $.data
signature:
  type: slack
  secret:
    $var: $.connectorParameters.signingSecret
`,
    },
  ],
});
