import type { AuthType } from '../../../core/auth.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = 'The API needs no credentials.';
const functions = ['makeApiClient', 'test'];

export const none: AuthType = {
  name: 'none',
  summary,
  schema: authSchema(summary, functions),
  functions,
  inputSchema,
  connect: () => Promise.resolve({ credentials: {} }),
};
