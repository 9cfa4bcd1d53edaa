import type { JsonObject } from '../../core/json.js';
import type { Declaration, TypedPlace, TypeWorld } from '../../core/type-world.js';
import { written, type Type } from '../types/parts.js';
import { configOf, typedConfig, typedWithin, type TypeScope } from '../types/scope.js';
import { actionVariables } from '../types/variables.js';
import { actionType } from './types/index.js';

/** The types at the places of an action. */
export function typesOfAction(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const type = actionType(value);
  const scope = scopeOf(value, world);
  const config = configOf(value['config']);
  const targets = type?.targets?.(config, scope) ?? [];
  return [
    ...typedWithin(['config'], typedConfig(type?.places(value['config']) ?? [], targets, scope, declared)),
    {
      at: ['outputMapping'],
      variables: actionVariables(scope.input, { output: rawOutput(value, scope) }),
      target: written(value['customOutputSchema']),
      declared,
    },
  ];
}

/** What a run of an action gives: as it declares, else as its mapping makes it of the raw output. */
export function actionOutput(value: JsonObject, world: TypeWorld): Type {
  if (value['customOutputSchema'] !== undefined) return written(value['customOutputSchema']);
  if (world.varies) return undefined;
  const scope = scopeOf(value, world);
  const raw = rawOutput(value, scope);
  if (value['outputMapping'] === undefined) return raw;
  return world.typeOf(value['outputMapping'], actionVariables(scope.input, { output: raw }));
}

const declared: readonly Declaration[] = [{ part: ['properties', 'input'], at: ['inputSchema'] }];

function rawOutput(value: JsonObject, scope: TypeScope): Type {
  return actionType(value)?.output?.(configOf(value['config']), scope);
}

function scopeOf(value: JsonObject, world: TypeWorld): TypeScope {
  const input = written(value['inputSchema']);
  return { world, input, variables: actionVariables(input) };
}
