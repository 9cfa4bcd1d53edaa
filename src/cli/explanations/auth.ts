import type { Explanation } from './explanation.js';

export const authExplanations = {
  'auth/rejected': {
    means: 'The API answers 401 to credentials that should be good, after a renewal where there is one.',
    wrong: 'An API key was revoked.',
    right: 'Connect again: "membrane connection reconnect KEY".',
  },
  'auth/invalid-grant': {
    means:
      'The authorization server says that the grant has ended: it was revoked, has expired, or was replaced by a newer one.',
    wrong: 'Nobody used the connection for half a year, and its refresh token has expired.',
    right: '"membrane connection reconnect KEY" asks the user for consent again.',
  },
  'auth/refresh-lost': {
    means:
      'A process was killed in the instant between the renewal of tokens at the server and their being stored here. The old ones are void by then, and the new ones are lost.',
    wrong: 'The machine lost power while a token was being renewed.',
    right: '"membrane connection reconnect KEY"; nothing else brings the connection back.',
  },
  'auth/server': {
    means:
      'The authorization server cannot be reached, or its answer cannot be used. The connection stays as it is.',
    wrong: '"tokenUri" of the connector leads to a page in HTML.',
    right: 'Try again later, or correct the addresses in "getOAuthConfig" of the connector.',
  },
  'auth/client': {
    means: 'The authorization server does not know the client, or does not accept its secret.',
    wrong: 'The client secret was replaced in the console of the API.',
    right: 'Give the new one with "membrane integration configure KEY".',
  },
  'auth/denied': {
    means: 'Consent was refused by the user or by a rule of their organization.',
    wrong: 'The user pressed "Cancel" on the page of the API.',
    right:
      'Run "membrane connect INTEGRATION" again; ask an administrator where the organization forbids it.',
  },
  'auth/callback': {
    means:
      'The browser came back with something that does not belong to this attempt: another "state", no code, or a code that was used before.',
    wrong: 'The page was loaded again, or belongs to an older attempt.',
    right: 'Run "membrane connect INTEGRATION" again, and use only the newest page.',
  },
  'auth/timeout': {
    means: 'Nobody gave consent in the time that is waited for it.',
    wrong: 'The page of the API was left open.',
    right: 'Run "membrane connect INTEGRATION" again.',
  },
  'auth/port': {
    means: 'The redirect URI names a port of this machine on which another program listens.',
    wrong: 'A development server uses the same port.',
    right: 'End that program, or register and configure a redirect URI with another port.',
  },
  'auth/config': {
    means: 'The OAuth settings that a connector gives are incomplete or contradict each other.',
    wrong: '"getOAuthConfig" gives no "tokenUri".',
    right: 'Complete it in the connector, or give "issuer" where the server can be discovered.',
  },
  'auth/unsupported': {
    means: 'The connector uses a way to authenticate that this version cannot use.',
    wrong: 'The connector asks for a type of grant that is not known.',
    right: 'Use another one of its "auth.options", where it has some.',
  },
} satisfies Record<string, Explanation>;
