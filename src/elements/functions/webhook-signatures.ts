import type { Signature } from '../../core/function.js';
import type { JsonObject } from '../../core/json.js';
import { anyObject, listType, objectType, textType, written, type Type } from '../types/parts.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { functionVariables } from '../types/variables.js';

/** What the functions of events get and give that arrive by webhook. */
export function webhookSignatures(
  value: JsonObject,
  world: TypeWorld,
  stateSchema?: unknown,
): Record<'subscribe' | 'handle' | 'unsubscribe' | 'refresh' | 'getEventSelector', Signature> {
  const state = written(stateSchema);
  const parameters = written(value['parametersSchema']);
  const subscription: Record<string, Type> = {
    webhookUri: textType,
    webhookSecret: textType,
    parameters,
    state,
  };
  const arrived = {
    ...subscription,
    query: written(value['querySchema']) ?? anyObject,
    data: written(value['dataSchema']),
    headers: anyObject,
    rawBody: undefined,
    deliveryId: undefined,
  };
  const sees = (args: Readonly<Record<string, Type>>): Signature => ({
    variables: functionVariables(world, args),
  });
  return {
    subscribe: sees(subscription),
    handle: { ...sees(arrived), result: objectType({ events: listType }, { others: true }) },
    unsubscribe: sees(subscription),
    refresh: sees(subscription),
    getEventSelector: sees({ parameters }),
  };
}

/** The type at the secret of the `signature` of a value. */
export function typedSignature(value: JsonObject, world: TypeWorld, stateSchema: unknown): TypedPlace[] {
  const seen = {
    webhookUri: textType,
    webhookSecret: textType,
    parameters: written(value['parametersSchema']),
    state: written(stateSchema),
  };
  const secret: Type = { anyOf: [textType, { type: 'array', items: textType }] };
  return [{ at: ['signature', 'secret'], variables: functionVariables(world, seen), target: secret }];
}
