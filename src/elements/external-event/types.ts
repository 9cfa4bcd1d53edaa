import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { connectorEvent } from '../config/event.js';
import { collectionParametersType } from '../config/collection-fields.js';
import { recordsOf } from '../config/records.js';
import { typedMethods } from '../functions/typed-function.js';
import { typedSignature, webhookSignatures } from '../functions/webhook-signatures.js';

/** The types at the places of an external event. */
export function typesOfExternalEvent(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const config: JsonObject = isObject(value['config'] as Json) ? (value['config'] as JsonObject) : {};
  const { collection } = recordsOf(config['dataSource'], world);
  return [
    {
      at: ['config', 'dataSource', 'collectionParameters'],
      variables: undefined,
      target: collectionParametersType(collection),
    },
    {
      at: ['config', 'eventParameters'],
      variables: undefined,
      target: connectorEvent(config['eventKey'], world).parameters,
    },
    ...typedMethods(value, webhookSignatures(value, world, value['stateSchema']), world),
    ...typedSignature(value, world, value['stateSchema']),
  ];
}
