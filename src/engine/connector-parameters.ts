import { parameterVariable } from '../core/env-secrets.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { ResolvedElement } from '../core/project.js';
import { secretStrings } from '../core/redact.js';
import type { Auth, Integration } from './integration.js';

/**
 * The schema of what a connector wants to know from the integration: its own, and those of its ways to
 * authenticate. What only one of several ways needs is required only where that way is given. Fields whose name
 * says that they are secret are marked as such. Undefined where there is nothing to give.
 */
export function parametersSchema(
  { connector }: { readonly connector: ResolvedElement },
  auth?: Auth,
): JsonObject | undefined {
  const common = connector.value['auth'];
  const options = isObject(common) && isObject(common['options']) ? Object.values(common['options']) : [];
  const proxied = auth?.sources.slice(1).map((source) => source.connector.value) ?? [];
  const needed = [...proxied, connector.value, common, auth?.value].map(schemaIn);
  const properties = [...options.map(schemaIn), ...needed]
    .map((schema) => schema['properties'])
    .filter(isObject);
  const fields = Object.entries(Object.assign({}, ...properties) as JsonObject);
  if (fields.length === 0) return undefined;
  return {
    ...schemaIn(connector.value),
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, markedField(name, field)])),
    required: [...new Set(needed.flatMap(requiredIn))],
  };
}

/** The names of the parameters that are required and that nobody gives. */
export function missingParameters(integration: Integration, auth?: Auth): string[] {
  const required = requiredIn(parametersSchema(integration, auth) ?? {});
  return required.filter((name) => integration.connectorParameters[name] === undefined);
}

/** Rejects with `integration/parameters` where one is missing: nobody should consent to what cannot work. */
export function requireParameters(integration: Integration, auth: Auth): void {
  const missing = missingParameters(integration, auth);
  if (missing.length === 0) return;
  const { key } = integration;
  const variables = missing.map((name) => parameterVariable(key, name)).join(', ');
  throw new MembraneError(
    'integration/parameters',
    `"${key}" is not configured: ${missing.join(', ')} missing`,
    {
      hint: `give what is missing with "membrane integration configure ${key}"; in CI set ${variables}`,
      class: 'configuration',
      data: { missing },
    },
  );
}

/** The texts among the parameters that nobody may see. */
export function parameterSecrets(schema: JsonObject | undefined, values: JsonObject): string[] {
  const properties = isObject(schema?.['properties']) ? schema['properties'] : {};
  const secret = Object.entries(values).filter(([name]) => isSensitive(name, properties[name]));
  return secret.flatMap(([, value]) => secretStrings(value));
}

function schemaIn(value: unknown): JsonObject {
  const schema = isObject(value) ? value['parametersSchema'] : undefined;
  return isObject(schema) ? (schema as JsonObject) : {};
}

/** The names that a schema requires. */
export function requiredIn(schema: JsonObject): string[] {
  const required = schema['required'];
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** What a schema says where nobody gives a value. */
export function defaultsIn(schema: JsonObject): JsonObject {
  const fields = Object.entries(schema['properties'] as JsonObject);
  const given = fields.flatMap(([name, field]) =>
    isObject(field) && field['default'] !== undefined ? [[name, field['default']] as const] : [],
  );
  return Object.fromEntries(given) as JsonObject;
}

function markedField(name: string, field: unknown): JsonObject {
  const plain = isObject(field) ? (field as JsonObject) : {};
  return isSensitive(name, field) ? { ...plain, isSensitive: true } : plain;
}

/** Whether nobody may see it. As the schema says; where it says nothing, by the name: many connectors never marked `clientSecret`. */
export function isSensitive(name: string, field: unknown): boolean {
  const said = isObject(field) ? field['isSensitive'] : undefined;
  return typeof said === 'boolean'
    ? said
    : /secret|passw|private|token(?!ur[il])|api-?_?key|credential/i.test(name);
}
