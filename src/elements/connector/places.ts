import { isObject, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { functionPlaces } from '../functions/function-field.js';
import { placesIn, within } from '../places.js';
import { commonFunctions } from './auth/functions.js';
import { authTypes } from './auth/index.js';
import { modelPlaces } from './models.js';

/** What stands where in a connector. */
export function connectorPlaces(value: JsonObject): Place[] {
  const auth = value['auth'];
  const shared =
    isObject(auth) && auth['type'] === undefined ? functionPlaces(auth, commonFunctions, [], 'auth/') : [];
  return [
    ...placesIn(value, { schemas: [['parametersSchema']] }),
    ...within(['udm'], modelPlaces(value['udm'])),
    ...within(['auth'], [...authPlaces(auth, 'auth/'), ...shared]),
    ...optionsOf(auth).flatMap(([key, option]) =>
      within(['auth', 'options', key], authPlaces(option, `auth/${key}/`)),
    ),
  ];
}

/** The further ways to authenticate, by key. */
export function optionsOf(auth: unknown): [string, unknown][] {
  return isObject(auth) && isObject(auth['options']) ? Object.entries(auth['options']) : [];
}

/** Places of an `auth`, or of one of its options, relative to it. */
function authPlaces(value: unknown, prefix: string): Place[] {
  if (!isObject(value)) return [];
  const auth = value as JsonObject;
  const type = authTypes.find((candidate) => candidate.name === auth['type']);
  if (type === undefined) return [];
  const schemas = ['inputSchema', 'credentialsSchema', 'customCredentialsSchema', 'parametersSchema'];
  return [
    ...placesIn(auth, {
      schemas: [...schemas.map((field) => [field]), ['ui', 'schema']],
      formulas: [['enabled'], ['ui', 'helpUri']],
    }),
    ...functionPlaces(auth, type.functions, [], prefix),
    ...(type.places?.(auth) ?? []),
  ];
}
