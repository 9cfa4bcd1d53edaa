import type { KindExample } from '../../core/kind.js';

export const connectorExamples: readonly KindExample[] = [
  {
    title: 'An API key in a header',
    yaml: `name: CRM
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey:
        type: string
        title: API key
        isSensitive: true
    required: [apiKey]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://api.example.com/v1
      headers:
        X-Api-Key:
          $var: $.credentials.apiKey
  test:
    type: rest-api-mapping
    mapping:
      path: /me
      method: GET
`,
  },
  {
    title: 'OAuth 2, and an API key for those who have one',
    yaml: `name: Help desk
parametersSchema:
  type: object
  properties:
    clientId:
      type: string
    clientSecret:
      type: string
      isSensitive: true
auth:
  type: oauth2
  getOAuthConfig:
    type: mapping
    mapping:
      clientId:
        $var: $.connectorParameters.clientId
      clientSecret:
        $var: $.connectorParameters.clientSecret
      authorizeUri: https://help.example.com/oauth/authorize
      tokenUri: https://help.example.com/oauth/token
      scopes: [tickets.read]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://help.example.com/api
      headers:
        Authorization:
          $concat:
            values:
              - Bearer
              - $var: $.credentials.access_token
            delimiter: ' '
  options:
    api-key:
      type: client-credentials
      title: API key
      inputSchema:
        type: object
        properties:
          apiKey:
            type: string
            isSensitive: true
`,
  },
];
