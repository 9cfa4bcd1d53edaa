import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { HookState } from '../../core/webhook.js';

/**
 * What `subscribe` or `refresh` gave: `{state}` or the state itself, beside it `secrets` and when it ends. What nobody
 * may see is kept apart: `secrets`, properties that the schema of the state marks, and those whose names say so.
 */
export function hookStateOf(given: unknown, stateSchema: unknown, before: JsonObject = {}): HookState {
  const whole = plainObject(given);
  const hasState = isObject(whole['state']);
  const state = hasState ? plainObject(whole['state']) : withoutSecrets(whole);
  const { shown, hidden } = split(given === undefined || given === null ? before : state, stateSchema);
  const secret = { ...hidden, ...plainObject(whole['secrets']) };
  const expiresAt = endOf(whole) ?? endOf(state);
  return {
    state: shown,
    ...(Object.keys(secret).length === 0 ? {} : { secret }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function plainObject(value: unknown): JsonObject {
  return isObject(value) ? (JSON.parse(JSON.stringify(value)) as JsonObject) : {};
}

function withoutSecrets(given: JsonObject): JsonObject {
  const { secrets: _, ...state } = given;
  return state;
}

/** `a.b` of an object is apart from `a.c`; a list with something secret in it is secret as a whole. */
function split(state: JsonObject, schema: unknown): { shown: JsonObject; hidden: JsonObject } {
  const [shown, hidden]: [JsonObject, JsonObject] = [{}, {}];
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, value] of Object.entries(state)) {
    const field = properties[name];
    if (isSecret(name, field) || (Array.isArray(value) && holdsSecret(value))) hidden[name] = value;
    else if (isObject(value)) {
      const inner = split(value, field);
      shown[name] = inner.shown;
      if (Object.keys(inner.hidden).length > 0) hidden[name] = inner.hidden;
    } else shown[name] = value;
  }
  return { shown, hidden };
}

function holdsSecret(value: Json): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => isSecret(name, undefined) || holdsSecret(inner));
}

function isSecret(name: string, field: unknown): boolean {
  if (isObject(field)) {
    if (typeof field['isSensitive'] === 'boolean') return field['isSensitive'];
    if (field['format'] === 'password' || field['writeOnly'] === true) return true;
  }
  return /secret|token|passw|signing|private|api-?_?key|credential/i.test(name);
}

const endNames = ['expiresAt', 'expirationDateTime', 'expires_at', 'expiration'];

/** An ISO time, or seconds or milliseconds since 1970. */
function endOf(value: JsonObject): number | undefined {
  for (const name of endNames) {
    const end = value[name];
    const number = typeof end === 'string' && /^\d{9,14}$/.test(end) ? Number(end) : end;
    const ms =
      typeof number === 'number'
        ? number < 1e11
          ? number * 1000
          : number
        : typeof number === 'string'
          ? Date.parse(number)
          : NaN;
    if (Number.isFinite(ms)) return Math.round(ms);
  }
  return undefined;
}
