import type { JsonObject } from '../../core/json.js';
import { defineKind } from '../define-kind.js';
import { functionDefinitions } from '../functions/function-field.js';
import { choice, dataSchema, dictionary, list, text, when, whenType } from '../schema-parts.js';
import { authTypes } from './auth/index.js';
import { checkConnector } from './check.js';
import { connectorExamples } from './examples.js';
import { modelsField } from './models.js';
import { connectorPlaces } from './places.js';
import { innerVariables } from './types.js';
import { typesOfConnector } from './types-of-connector.js';

const way: JsonObject = {
  type: 'object',
  description: 'One way to authenticate.',
  properties: {
    type: choice(
      authTypes.map((type) => type.name),
      'How users authenticate.',
    ),
  },
  required: ['type'],
  allOf: authTypes.map((type) => whenType(type.name, type.schema as JsonObject)),
};

/** `auth` itself is a way to authenticate, and may hold more; with options alone it needs no type. */
const auth: JsonObject = {
  type: 'object',
  description: 'How users authenticate, and how requests are made then.',
  properties: {
    type: choice(
      authTypes.map((type) => type.name),
      'How users authenticate.',
    ),
    options: dictionary(way, 'Further ways to authenticate, by key.'),
  },
  ...when({ required: ['options'] }, true, { required: ['type'] }),
  allOf: authTypes.map((type) => whenType(type.name, withOptions(type.schema as JsonObject))),
};

export const connector = defineKind({
  name: 'connector',
  folder: 'connectors',
  summary: 'How to reach the API of an external app, and how its users authenticate.',
  unlayered: true,
  siblings: { udm: 'udm' },
  serverFields: ['appUuid', 'status', 'organizationId'],
  fields: {
    version: text('Version of the connector.'),
    categories: list(text('A category.'), 'What the external app is for.'),
    logoUri: text('Address of a logo.'),
    auth,
    allowedHosts: list(
      text('A host, `api.example.com`, or all below one: `*.example.com`.'),
      'Hosts that code of the connector may reach with `fetch`, beside that of its base address.',
    ),
    parametersSchema: dataSchema('What an integration must give: client id and secret, addresses, …'),
    udm: modelsField,
  },
  required: ['auth'],
  definitions: functionDefinitions,
  examples: connectorExamples,
  places: connectorPlaces,
  types: typesOfConnector,
  innerVariables,
  check: checkConnector,
});

function withOptions(schema: JsonObject): JsonObject {
  return { ...schema, properties: { ...(schema['properties'] as JsonObject), options: true } };
}
