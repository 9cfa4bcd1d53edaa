import { MembraneError } from './error.js';
import type { JsonObject } from './json.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A connection that variables may describe, and the fields that its connector asks for. */
export interface EnvCandidate {
  readonly key: string;
  readonly fields: readonly string[];
}

/** The variable that holds a field of a connection: everything but letters and digits becomes `_`. */
export function secretVariable(connection: string, field: string): string {
  return `MEMBRANE_SECRET_${variablePart(connection)}_${variablePart(field)}`;
}

/**
 * The fields of a connection that variables give, under the names that the connector uses: a variable does not
 * keep the case of a name, so that the names must be known. An empty variable is none: that is how CI systems
 * hand on a secret that is not set. Throws `secrets/clash` where a variable that is set means two fields.
 */
export function envSecretFields(env: Env, connection: string, fields: readonly string[]): JsonObject {
  checkClashes(env, [{ key: connection, fields }]);
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = env[secretVariable(connection, field)];
      return isSet(value) ? [[field, value]] : [];
    }),
  );
}

/**
 * The keys of the connections that at least one variable describes. Throws `secrets/clash` where a variable
 * that is set means fields of two connections.
 */
export function envConnections(env: Env, candidates: readonly EnvCandidate[]): string[] {
  checkClashes(env, candidates);
  return candidates
    .filter(({ key, fields }) => fields.some((field) => isSet(env[secretVariable(key, field)])))
    .map(({ key }) => key);
}

/** The variable that holds a parameter of the connector of an integration. */
export function parameterVariable(integration: string, field: string): string {
  return `MEMBRANE_PARAMETER_${variablePart(integration)}_${variablePart(field)}`;
}

/**
 * The parameters of one of `candidates` (integrations, and the fields that their connectors declare) that
 * variables give, as texts. Throws `secrets/clash` where a variable that is set means two of them.
 */
export function envParameters(
  env: Env,
  integration: string,
  candidates: readonly EnvCandidate[],
): Record<string, string> {
  checkClashes(env, candidates, 'integration');
  const fields = candidates.find(({ key }) => key === integration)?.fields ?? [];
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = env[parameterVariable(integration, field)];
      return isSet(value) ? [[field, value]] : [];
    }),
  );
}

function checkClashes(
  env: Env,
  candidates: readonly EnvCandidate[],
  of: 'connection' | 'integration' = 'connection',
): void {
  const meanings = new Map<string, string>();
  for (const { key, fields } of candidates) {
    for (const field of new Set(fields)) {
      const variable = of === 'connection' ? secretVariable(key, field) : parameterVariable(key, field);
      const meaning = `"${field}" of ${of} "${key}"`;
      const other = meanings.get(variable);
      meanings.set(variable, meaning);
      if (other === undefined || !isSet(env[variable])) continue;
      throw new MembraneError('secrets/clash', `${variable} means ${other} and ${meaning}`, {
        hint:
          of === 'connection'
            ? 'rename one of the two, or use another secret store than env'
            : 'rename one of the two, or unset the variable and use "membrane integration configure"',
      });
    }
  }
}

/** How a name stands in the name of a variable. */
export function variablePart(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
