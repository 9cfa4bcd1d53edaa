import { expect, it } from 'vitest';
import { look } from '../project/look.js';

const spec = (lines: string[]) => ['auth:', '  type: oauth2', ...lines].join('\n');
const client = (...lines: string[]) => [
  '  makeApiClient:',
  '    type: mapping',
  '    mapping:',
  '      baseUri: https://api.example.com',
  ...lines.map((line) => `      ${line}`),
];
const config = (...lines: string[]) => [
  '  getOAuthConfig:',
  '    type: mapping',
  '    mapping:',
  ...lines.map((line) => `      ${line}`),
];

it('slips in what functions of auth give are found before anything runs', async () => {
  const yaml = spec([
    ...config(
      'clientId: app',
      'tokenUrl: https://id.example.com/token',
      'authorizeUri: https://id.example.com/authorize',
      'grantType: client_credential',
      'clientAuthLocation: header',
    ),
    ...client(
      'pagination: {type: cursr, nxt: data.next, limit: 0}',
      'rateLimit: {request: 10, seconds: ten}',
      'retry: {tries: -1, maxWait: 5}',
    ),
  ]);
  expect(await look({ 'connectors/crm/spec.yaml': yaml })).toEqual([
    'connectors/crm/spec.yaml:7:7-7:15 warning[type/undeclared-field]: the schema of this object does not name "tokenUrl"',
    ' = did you mean "tokenUri"?',
    'connectors/crm/spec.yaml:9:18-9:35 error[type/mismatch]: "client_credential" is not one of "authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"',
    ' = did you mean "client_credentials"?',
    'connectors/crm/spec.yaml:10:27-10:33 error[type/mismatch]: "header" is not one of "headers", "body"',
    ' = did you mean "headers"?',
    'connectors/crm/spec.yaml:15:26-15:31 error[type/mismatch]: "cursr" is not one of "link-header", "next-url", "cursor", "offset", "page"',
    ' = did you mean "cursor"?',
    'connectors/crm/spec.yaml:15:33-15:36 warning[type/undeclared-field]: the schema of this object does not name "nxt"',
    ' = did you mean "next"?',
    'connectors/crm/spec.yaml:16:19-16:26 error[type/unknown-field]: there is no field "request" here',
    ' = did you mean "requests"?',
    'connectors/crm/spec.yaml:16:41-16:44 error[type/mismatch]: a text stands where a number is needed',
    'connectors/crm/spec.yaml:17:26-17:33 error[type/unknown-field]: there is no field "maxWait" here',
    ' = did you mean "maxWaitMs"?',
  ]);
});

it('what is right, and what only a run can tell, is left alone', async () => {
  const yaml = spec([
    ...config(
      'clientId: 12',
      'issuer: https://id.example.com',
      'scopes: [a, b]',
      'custom: x',
      'subject: {$var: connectorParameters.region}',
      'privateKey: {$var: connectionParameters}',
    ),
    ...client(
      'pagination: {type: cursor, next: data.next, limit: 50, firstPage: 0}',
      'rateLimit: {requests: 10, seconds: 1, burst: 5, headers: {remaining: x-left}}',
      'retry: {tries: 1, notAccepted: [503]}',
    ),
  ]).concat('\nparametersSchema: {type: object, properties: {region: {type: string}}}\n');
  expect(await look({ 'connectors/crm/spec.yaml': yaml })).toEqual([]);
});

it('a parameter that the connector does not declare is found', async () => {
  const yaml = spec([
    ...config('clientId: {$var: connectorParameters.clientd}', 'tokenUri: https://id.example.com/token'),
    ...client(),
  ]).concat('\nparametersSchema: {type: object, properties: {clientId: {type: string}}}\n');
  expect(await look({ 'connectors/crm/spec.yaml': yaml })).toEqual([
    'connectors/crm/spec.yaml:6:24-6:51 error[type/unknown-property]: "connectorParameters.clientd": "connectorParameters" has no "clientd"',
    ' = did you mean "clientId"?',
  ]);
});
