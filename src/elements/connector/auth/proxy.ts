import type { AuthType } from '../../../core/auth.js';
import { placesIn } from '../../places.js';
import { text } from '../../schema-parts.js';
import { commonFunctions } from './functions.js';
import { inputSchema } from './input-schema.js';
import { authSchema } from './schema.js';

const summary = "Another connector's authentication is used.";

export const proxy: AuthType = {
  name: 'proxy',
  summary,
  schema: authSchema(summary, commonFunctions, {
    proxyKey: text('Key of the connector whose authentication is used.'),
  }),
  functions: commonFunctions,
  places: (auth) => placesIn(auth, { refs: [[['proxyKey'], 'connector']] }),
  inputSchema,
  proxyOf: ({ proxyKey }) => (typeof proxyKey === 'string' ? proxyKey : undefined),
};
