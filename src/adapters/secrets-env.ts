import { defaultTenant } from '../core/connection.js';
import { envSecretFields } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import type { SecretAddress, Secrets } from '../core/ports.js';

/**
 * Reads secrets from variables, `MEMBRANE_SECRET_CONNECTION_FIELD`, for CI: of the tenant `local`, and only
 * the part `parameters`, of which credentials can be made. `fieldsOf` gives the names of the fields that the
 * connector of a connection asks for. What is looked for is found, or is missing: nothing is ever written.
 */
export function createEnvSecrets(
  env: Readonly<Record<string, string | undefined>>,
  fieldsOf: (connection: string) => readonly string[],
): Secrets {
  return {
    name: 'env',
    async read({ tenant, connection, part }) {
      if (tenant !== defaultTenant || part !== 'parameters') return undefined;
      const fields = envSecretFields(env, connection, fieldsOf(connection));
      return Object.keys(fields).length === 0 ? undefined : fields;
    },
    async write(address) {
      throw readOnly(address);
    },
    async remove() {
      // A connection that is there because of a variable goes with the variable. Nothing of it is stored.
    },
    async probe() {
      // The environment is always there.
    },
  };
}

function readOnly({ connection, part }: SecretAddress): MembraneError {
  const message = `the ${part} of connection "${connection}" cannot be stored: variables are read only`;
  return new MembraneError('secrets/read-only', message, {
    hint: 'set MEMBRANE_SECRET_… variables, or use another store: MEMBRANE_SECRETS=keychain or MEMBRANE_SECRETS=file',
  });
}
