import type { AuthContext, AuthType, Issued } from '../../../core/auth.js';
import { isObject, type JsonObject } from '../../../core/json.js';
import type { TypeWorld } from '../../../core/type-world.js';
import { objectType, written, type Type } from '../../types/parts.js';
import { callForObject, expiry, refreshedByFunction } from './credentials.js';
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
  credentialsType,
  connect,
  refresh,
};

/** What is typed in, or what is made of it; what a renewal adds is not known. */
function credentialsType(auth: JsonObject, world: TypeWorld): Type {
  const typedIn = written(inputSchema(auth));
  if (auth['refreshCredentials'] !== undefined) return undefined;
  const made = auth[make];
  if (made === undefined) return typedIn;
  if (!isObject(made) || made['mapping'] === undefined || made['type'] !== 'mapping') return undefined;
  const variables = objectType({
    connectorParameters: undefined,
    connectionParameters: typedIn,
    connectionInput: typedIn,
  });
  return world.typeOf(made['mapping'], variables);
}

async function connect(ctx: AuthContext): Promise<Issued> {
  if (!ctx.has(make)) return { credentials: ctx.connectionParameters };
  const credentials = await callForObject(ctx, make, {});
  return { credentials, ...expiry(ctx, credentials) };
}

/** A key that was typed in stays what it is; a token that was made of it can be made anew. */
async function refresh(
  ctx: AuthContext,
  _auth: JsonObject,
  credentials: JsonObject,
): Promise<Issued | undefined> {
  return ctx.has('refreshCredentials') ? refreshedByFunction(ctx, credentials) : undefined;
}
