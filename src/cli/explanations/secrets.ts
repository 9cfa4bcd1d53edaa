import type { Explanation } from './explanation.js';

export const secretExplanations = {
  'secrets/unavailable': {
    means: 'The store that keeps the credentials does not answer. Nothing is ever kept elsewhere in silence.',
    wrong: 'A server without a desktop has no keychain.',
    right: 'Choose another store: "secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=env in CI.',
  },
  'secrets/locked': {
    means: 'The keychain is there, but locked.',
    wrong: 'You work over SSH, and nobody has unlocked the keyring of the desktop.',
    right: 'Unlock it, or choose another store with MEMBRANE_SECRETS.',
  },
  'secrets/read-only': {
    means: 'Credentials come from variables, and cannot be changed there.',
    wrong: 'You run "membrane connect" with MEMBRANE_SECRETS=env.',
    right: 'Set the variables MEMBRANE_SECRET_…, or choose another store.',
  },
  'secrets/corrupt': {
    means:
      'A stored secret cannot be read: the file was changed, the key is another one, or only a part was written.',
    wrong: 'The encrypted file was copied without its key.',
    right: 'Bring back the right key, or make the connection again with "membrane connect --reconnect".',
  },
  'secrets/clash': {
    means:
      'Two secrets would be read from the same variable, because everything but letters and digits becomes "_".',
    wrong: 'The connections "acme-crm" and "acme.crm" both have a field "apiKey".',
    right: 'Give one of the connections another key.',
  },
} satisfies Record<string, Explanation>;
