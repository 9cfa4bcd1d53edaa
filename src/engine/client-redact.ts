import { Buffer } from 'node:buffer';
import { isObject } from '../core/json.js';

/** Cuts known secrets out of a text, by value. */
export type Redact = (text: string) => string;

const sensitive =
  /^(?:.*[-_])?(?:authorization|auth|cookie2?|token|secret|password|api-?key|apikey|access-?key|session|signature|credentials?)(?:[-_].*)?$/i;

/** Whether headers of this name carry credentials, in requests and responses. */
export function isSensitiveHeader(name: string): boolean {
  return sensitive.test(name);
}

const names =
  'access_token|refresh_token|id_token|token|api[-_]?key|key|secret|client_secret|password|signature|sig|assertion';
const inQuery = new RegExp(`((?:^|[?&])(?:${names})=)[^&#\\s"]*`, 'gi');
const inJson = new RegExp(`("(?:${names.replace('|key|', '|')})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi');

/** An address for logs and errors: without user name and password, and without what looks like a key. */
export function redactUrl(url: URL, redact: Redact): string {
  const { protocol, host, pathname, search } = url;
  return redact(`${protocol}//${host}${pathname}${search.replace(inQuery, '$1[redacted]')}`);
}

export function redactHeaders(
  headers: Readonly<Record<string, string>>,
  redact: Redact,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    shown[name] = isSensitiveHeader(name) ? '[redacted]' : redact(value);
  }
  return shown;
}

/** A JSON value with the secrets cut out of all its texts; names and numbers stay. */
export function redactValue(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactValue(inner, redact)]));
}

/** A secret longer than this could be cut in half, and its first half be shown. */
const longestSecret = 8192;

/**
 * The first `limit` characters of a body for logs and errors, redacted. Only so much of a long body is looked
 * at as is needed; its last part is dropped again, since a secret may go on behind it.
 */
export function redactBody(body: string | Uint8Array, limit: number, redact: Redact): string {
  const window = limit + longestSecret;
  const whole = body.length <= window;
  const part =
    typeof body === 'string' ? body.slice(0, window) : Buffer.from(body.subarray(0, window)).toString();
  const shown = redact(part).replace(inQuery, '$1[redacted]').replace(inJson, '$1"[redacted]"');
  const safe = whole ? shown : shown.slice(0, Math.max(0, shown.length - longestSecret));
  return safe.length <= limit && whole ? safe : `${safe.slice(0, limit)}…`;
}
