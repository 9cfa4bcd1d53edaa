import { isObject } from '../core/json.js';
import { redacted } from '../core/redact.js';
import { standIn } from '../core/tape.js';

/** Every text and number of a value put through `change`; names of fields through `changeName`. */
export function mapParts(
  value: unknown,
  change: (part: string | number, name: string | undefined) => unknown,
  changeName: (name: string) => string = (name) => name,
  name?: string,
): unknown {
  if (typeof value === 'string' || typeof value === 'number') return change(value, name);
  if (Array.isArray(value)) return value.map((item) => mapParts(item, change, changeName, name));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    return [changeName(key), mapParts(inner, change, changeName, key)];
  });
  return Object.fromEntries(entries);
}

/** Ids that the engine makes: each run has others. */
const madeId = /\b[0-9a-z]{26}\b/g;

/** Cuts ids out that were made during a run. */
export function hideIds(made: ReadonlySet<string>): <T>(value: T) => T {
  const hide = (text: string) => text.replace(madeId, (id) => (made.has(id) ? 'ID' : id));
  // Texts become texts, so that the type stays.
  return <T>(value: T) =>
    mapParts(value, (part) => (typeof part === 'string' ? hide(part) : part), hide) as T;
}

const secretNames =
  /^(?:(?:access|refresh|id|auth|session|bearer)?_?token|(?:client)?_?secret|private_?key|client_assertion|password|api[-_]?key|assertion|code_verifier|signature)$/i;

/** Whether a field of this name holds a secret, whatever it is. */
export function isSecretName(name: string | undefined): boolean {
  return name !== undefined && secretNames.test(name);
}

/** A value without what is secret by its name. */
export function withoutNamedSecrets<T>(value: T): T {
  const hide = (part: string | number, name: string | undefined) => (isSecretName(name) ? standIn : part);
  return mapParts(value, hide) as T;
}

/** What stands for secrets in texts of the log is not good in an address. */
export function withStandIns<T>(value: T): T {
  const replace = (text: string) => text.replaceAll(redacted, standIn);
  return mapParts(value, (part) => (typeof part === 'string' ? replace(part) : part), replace) as T;
}
