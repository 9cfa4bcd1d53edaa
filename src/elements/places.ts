import { isObject, valueAt, type JsonPath } from '../core/json.js';
import type { Place } from '../core/kind.js';

/** Where formulas, schemas and references stand in a value; what is not there is left out. */
export interface PlaceMap {
  readonly formulas?: readonly JsonPath[];
  readonly schemas?: readonly JsonPath[];
  /** Path and the kind of what it names. */
  readonly refs?: readonly (readonly [JsonPath, string])[];
}

/** The places of `map` that `value` has. A reference that is no plain key is a formula. */
export function placesIn(value: unknown, map: PlaceMap): Place[] {
  const places: Place[] = [];
  for (const at of map.formulas ?? []) {
    if (valueAt(value, at) !== undefined) places.push({ at, holds: 'formula' });
  }
  for (const at of map.schemas ?? []) {
    if (valueAt(value, at) !== undefined) places.push({ at, holds: 'schema' });
  }
  for (const [at, kind] of map.refs ?? []) {
    const key = valueAt(value, at);
    if (typeof key === 'string') places.push({ at, holds: 'ref', kind });
    else if (key !== undefined) places.push({ at, holds: 'formula' });
  }
  return places;
}

/** A place for a formula at every key of `value` except `except`. */
export function formulasIn(value: unknown, except: readonly string[] = []): Place[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !except.includes(key))
    .map((key) => ({ at: [key], holds: 'formula' }));
}

/** The same places, seen from an object that holds the value at `base`. */
export function within(base: JsonPath, places: readonly Place[]): Place[] {
  return places.map((place) => ({ ...place, at: [...base, ...place.at] }));
}

/** Whether a value is written as a formula: an object with a key that starts with `$`. */
export function isFormula(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((key) => key.startsWith('$'));
}
