import type { JsonObject } from '../../core/json.js';
import { dataTargets, mappedRecord } from '../config/mapping-types.js';
import { objectType, textType, type Type } from '../types/parts.js';
import type { Target } from '../types/scope.js';
import type { NodeScope } from './node-type.js';

/** What the triggers on records give. */
export function recordEvent(config: JsonObject, scope: NodeScope): Type {
  return objectType({ type: textType, record: mappedRecord(config, scope) }, { required: ['record'] });
}

export function recordTriggerTargets(config: JsonObject, scope: NodeScope): Target[] {
  const targets = dataTargets(config, scope).filter(({ at }) => at[0] !== 'filter');
  return [...targets, { at: ['filter'], variables: true }];
}
