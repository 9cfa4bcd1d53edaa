import type { JsonObject } from '../../../core/json.js';
import { functionField } from '../../functions/function-field.js';
import { anyFormula, dataSchema, formulaOr, object, text } from '../../schema-parts.js';

const what: Readonly<Record<string, string>> = {
  makeApiClient: 'Gives how requests are made: baseUri, headers, query, auth, responseHandlers.',
  test: 'Sends a request that only works with good credentials.',
  refreshCredentials: 'Gives new credentials; they are merged over the old ones.',
  disconnect: 'Tells the API that the credentials are not used any more.',
  getCredentialsFromConnectionParameters: 'Gives the credentials from what the user typed in.',
  getOAuthConfig: 'Gives the client id and secret, addresses and scopes.',
  getTokenData: 'Gives the token response, where the standard request for it does not work.',
  getCredentialsFromAccessTokenResponse: 'Gives the credentials from the response with the first token.',
  getCredentialsFromTokenResponse: 'The older name of getCredentialsFromAccessTokenResponse.',
  getCredentialsFromRefreshTokenResponse: 'Gives the credentials from the response with a refreshed token.',
};

/** The schema of an `auth` of one type: common fields, its functions, and fields of its own. */
export function authSchema(summary: string, functions: readonly string[], own: JsonObject = {}): JsonObject {
  const methods = functions.map((name) => [name, functionField(what[name] ?? name)] as const);
  return object(summary, {
    type: { type: 'string', description: 'How users authenticate.' },
    title: text('What people read where they choose between several ways.'),
    description: text('What people read where they choose between several ways.'),
    enabled: anyFormula('Whether this way is offered; its formulas see "connectorParameters".'),
    inputSchema: dataSchema('What the user is asked for. Fields with "isSensitive" are not echoed.'),
    ui: object('How the user is asked.', {
      schema: dataSchema('Another place for "inputSchema".'),
      helpUri: formulaOr(text('Where the user reads how to get what is asked for.')),
    }),
    credentialsSchema: dataSchema('What the credentials look like.'),
    customCredentialsSchema: dataSchema('What credentials look like that were made elsewhere.'),
    parametersSchema: dataSchema('Parameters of the connector that this way needs.'),
    ...own,
    ...Object.fromEntries(methods),
  });
}
