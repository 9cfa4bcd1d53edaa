import type { Connection } from '../core/connection.js';
import { variablePart } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';

/** Who would get a key. */
export interface KeyBearer {
  /** Of a connection that is there already: a key never clashes with its own. */
  readonly id?: string | undefined;
  readonly key: string;
  readonly integrationKey: string;
}

/**
 * A key names a folder of the project, and variables. Rejects with `usage/argument` for what cannot, and for what
 * could not be told from the key of another connection there. The key of an integration is a folder already.
 */
export function checkKey({ id, key, integrationKey }: KeyBearer, others: readonly Connection[]): void {
  if (key !== integrationKey && !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(key)) {
    const message =
      key.trim() === '' ? 'a connection needs a key' : `"${key}" cannot be the key of a connection`;
    throw new MembraneError('usage/argument', message, {
      hint: 'start with a letter or digit, go on with letters, digits, "-", "_" and "."',
    });
  }
  // one of the very same key is told apart by who writes it, under a lock
  const twin = others.find(
    (other) => other.id !== id && other.key !== key && variablePart(other.key) === variablePart(key),
  );
  if (twin === undefined) return;
  const message = isSameFolder(twin.key, key)
    ? `"${key}" and the connection "${twin.key}" differ by case only`
    : `"${key}" and the connection "${twin.key}" would share the variables MEMBRANE_SECRET_${variablePart(key)}_…`;
  throw new MembraneError('usage/argument', message, {
    hint: 'choose a key that differs by a letter or a digit',
  });
}

/** Many disks do not tell capitals from small letters. */
function isSameFolder(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
