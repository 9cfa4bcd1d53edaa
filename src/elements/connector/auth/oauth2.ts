import type { AuthType } from '../../../core/auth.js';
import { commonFunctions, consentFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = 'The user gives consent at the external app, which gives tokens (OAuth 2).';
const functions = ['getOAuthConfig', ...consentFunctions, ...commonFunctions];

export const oauth2: AuthType = {
  name: 'oauth2',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
};
