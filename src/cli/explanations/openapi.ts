import type { Explanation } from './explanation.js';

const connector = `auth:
  type: none
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://api.example.com
`;

const project = (document: string): Readonly<Record<string, string>> => ({
  'membrane.yaml': '',
  'connectors/crm/spec.yaml': connector,
  'connectors/crm/openapi.yaml': document,
});

const start = `openapi: 3.1.0
info: {title: CRM, version: '1'}
paths:
  /contacts:
    get:
      operationId: list-contacts
`;

const right = `${start}      responses:
        '200': {description: The contacts}
`;

export const openApiExplanations = {
  'openapi/version': {
    means:
      'The operations of a connector come from openapi.yaml in its folder, too. It must say which OpenAPI it is: 2.0 (as "swagger"), 3.0, 3.1 or 3.2. Nothing else is read of a document that does not.',
    wrong: project(right.replace('3.1.0', '4.0.0')),
    right: project(right),
  },
  'openapi/invalid': {
    means:
      'The document is not as the specification of its version wants it; one such place is shown. Documents of real APIs often have slips, so that it is a warning: what can be read is used.',
    wrong: project(right.replace('title: CRM', 'name: CRM')),
    right: project(right),
  },
  'openapi/ref': {
    means:
      'A "$ref" leads to nothing in the document, or to a file that is not in the folder of the connector. Nothing is fetched from elsewhere. What it should describe is taken as anything.',
    wrong: project(`${start}      responses:\n        '200': {$ref: '#/components/responses/Contacts'}\n`),
    right: project(right),
  },
  'openapi/operation': {
    means:
      'Something of an operation cannot be used: a parameter that is written in a way that requests here cannot be, or an operationId that another operation has already.',
    wrong: project(
      `${right}      parameters:\n        - {name: session, in: cookie, schema: {type: string}}\n`,
    ),
    right: project(right),
  },
} satisfies Readonly<Record<string, Explanation>>;
