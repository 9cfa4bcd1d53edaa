import { MembraneError } from '../core/error.js';
import type { KeychainFailure } from './keychain-process.js';

const fileStore = 'choose the file store ("secrets: file" in membrane.yaml, or MEMBRANE_SECRETS=file)';

/** The keychain cannot be used: why, and what to do about it on this platform. */
export function unavailable(failure: KeychainFailure, platform: NodeJS.Platform): MembraneError {
  const message =
    failure.kind === 'silent'
      ? `the keychain does not answer: ${failure.message}`
      : `the keychain cannot be used: ${failure.message}`;
  return new MembraneError('secrets/unavailable', message, {
    hint: `${remedy(failure.kind, platform)}, or ${fileStore}`,
    cause: failure,
  });
}

/** The keychain is there, but shut: it answers "nothing" to reads and refuses writes. */
export function locked(failure: KeychainFailure, platform: NodeJS.Platform): MembraneError {
  const how: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'unlock the login keyring (log in to the desktop, or: gnome-keyring-daemon --unlock)',
    darwin: 'unlock the login keychain (security unlock-keychain)',
  };
  return new MembraneError('secrets/locked', `the keychain is locked: ${failure.message}`, {
    hint: `${how[platform] ?? 'unlock it'}, or ${fileStore}`,
    cause: failure,
  });
}

function remedy(kind: KeychainFailure['kind'], platform: NodeJS.Platform): string {
  if (kind === 'missing') return 'run "npm install" with optional dependencies';
  if (kind === 'silent') return 'answer its prompt if it shows one, start it again if it is stuck';
  if (platform !== 'linux') return 'log in to the desktop';
  if (kind === 'load')
    return 'install its library and a keyring (apt-get install libsecret-1-0 gnome-keyring)';
  return 'start a D-Bus session and a keyring (dbus-run-session, gnome-keyring-daemon --unlock)';
}
