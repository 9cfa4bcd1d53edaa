import type { AuthType } from '../../../core/auth.js';
import { commonFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = "A token of membrane's own API.";

export const membraneToken: AuthType = {
  name: 'membrane-token',
  summary,
  schema: authSchema(summary, commonFunctions),
  functions: commonFunctions,
  inputSchema,
};
