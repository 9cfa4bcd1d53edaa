import type { AuthContext, AuthType } from '../../../core/auth.js';
import { MembraneError } from '../../../core/error.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import { commonFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = 'What the user types in is, or becomes, the credentials: an API key, a password, a token.';
const make = 'getCredentialsFromConnectionParameters';
const functions = [make, ...commonFunctions];

export const clientCredentials: AuthType = {
  name: 'client-credentials',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
  connect,
};

async function connect(ctx: AuthContext): Promise<JsonObject> {
  const { connectorParameters, connectionParameters } = ctx;
  if (!ctx.has(make)) return connectionParameters;
  const variables = { connectorParameters, connectionParameters, connectionInput: connectionParameters };
  const credentials = await ctx.call(make, variables);
  if (isObject(credentials)) return credentials as JsonObject;
  throw new MembraneError('function/failed', `"${make}" gave no object, so there are no credentials`, {
    hint: 'it must give an object, such as {token: …}',
  });
}
