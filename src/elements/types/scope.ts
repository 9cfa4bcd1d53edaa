import { isObject, type Json, type JsonObject, type JsonPath } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import type { Declaration, TypedPlace, TypeWorld } from '../../core/type-world.js';
import { isFormula } from '../places.js';
import type { Type } from './parts.js';

/** Where the type of an action or a node is asked for. */
export interface TypeScope {
  readonly world: TypeWorld;
  /** What it gets. */
  readonly input: Type;
  /** What the formulas of its config see. */
  readonly variables: JsonSchema;
}

/** What is special about one value of a config. */
export interface Target {
  readonly at: JsonPath;
  /** What the value becomes. */
  readonly target?: Type;
  /** What its formulas see, where it differs from the rest; `true`: not known. */
  readonly variables?: JsonSchema;
}

/** The typed places of a config: all that hold formulas, with what is special about some of them. */
export function typedConfig(
  places: readonly Place[],
  targets: readonly Target[],
  { variables }: Pick<TypeScope, 'variables'>,
  declared: readonly Declaration[] = [],
): TypedPlace[] {
  const special = new Map(targets.map((target) => [target.at.join('\n'), target]));
  return places.flatMap(({ at, holds }): TypedPlace[] => {
    if (holds !== 'formula') return [];
    const own = special.size === 0 ? undefined : special.get(at.join('\n'));
    return [{ at, variables: own?.variables ?? variables, target: own?.target, declared }];
  });
}

/** A config as an object; where it is missing, or a formula as a whole, nothing in it is known. */
export function configOf(config: unknown): JsonObject {
  return isObject(config as Json) && !isFormula(config) ? (config as JsonObject) : {};
}

/** The same places and types, seen from an object that holds the value at `base`. */
export function typedWithin(base: JsonPath, places: readonly TypedPlace[]): TypedPlace[] {
  return places.map((place) => ({ ...place, at: [...base, ...place.at] }));
}
