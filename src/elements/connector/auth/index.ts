import type { AuthType } from '../../../core/auth.js';
import { clientCredentials } from './client-credentials.js';
import { membraneToken } from './membrane-token.js';
import { none } from './none.js';
import { oauth1 } from './oauth1.js';
import { oauth2 } from './oauth2.js';
import { proxy } from './proxy.js';

/** Every way to authenticate. */
export const authTypes: readonly AuthType[] = [clientCredentials, oauth2, oauth1, proxy, membraneToken, none];
