import type { AuthType } from '../../../core/auth.js';
import { commonFunctions, consentFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = 'The user gives consent at the external app, and every request is signed (OAuth 1.0a).';
const functions = ['getOAuthConfig', ...consentFunctions, ...commonFunctions];

export const oauth1: AuthType = {
  name: 'oauth1',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
};
