import { isObject, type JsonObject } from '../core/json.js';
import { createRedactor, secretStrings, type Redactor } from '../core/redact.js';
import type { ConnectionSecrets } from './connection-secrets.js';
import type { Auth, Integration } from './integration.js';

const redactors = new WeakMap<ConnectionSecrets, Redactor>();

/** Cuts out what is secret of a connection and of its integration; made once for what is read once. */
export function redactorOf(secrets: ConnectionSecrets, auth: Auth, integration: Integration): Redactor {
  const redactor = redactors.get(secrets) ?? createRedactor(secretTexts(secrets, auth));
  redactors.set(secrets, redactor);
  integration.parameterSecrets.forEach(redactor.add); // may be others than before
  return redactor;
}

/** Every text of the credentials, but for what the user typed in as plain: an address or a region is no secret. */
export function secretTexts({ credentials, parameters }: ConnectionSecrets, auth: Auth): string[] {
  const properties = isObject(auth.inputSchema) ? auth.inputSchema['properties'] : undefined;
  const [plain, secret]: [JsonObject, JsonObject] = [{}, {}];
  for (const [name, value] of Object.entries(parameters)) {
    const field = isObject(properties) ? properties[name] : undefined;
    const isSecret = !isObject(field) || field['isSensitive'] === true;
    (isSecret ? secret : plain)[name] = value;
  }
  const known = new Set(secretStrings(plain));
  const made = secretStrings(credentials).filter((text) => !known.has(text));
  return [...made, ...secretStrings(secret)];
}
