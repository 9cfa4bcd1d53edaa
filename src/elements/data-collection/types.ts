import type { Signature } from '../../core/function.js';
import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { fieldsOf, writtenFields } from '../config/records.js';
import { typedMethods } from '../functions/typed-function.js';
import { webhookSignatures } from '../functions/webhook-signatures.js';
import { givenRecordType } from '../types/records.js';
import { typedWithin } from '../types/scope.js';
import {
  idType,
  listOf,
  listType,
  namesOf,
  objectType,
  partial,
  textType,
  written,
  type Type,
} from '../types/parts.js';
import { functionVariables } from '../types/variables.js';

/** The types at the places of a data collection: what its methods get and give. */
export function typesOfCollection(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const fields = fieldsOf(value, world);
  return [
    ...typedMethods(value, methodSignatures(value, fields, world), world),
    ...eventTypes(value, fields, world),
  ];
}

function methodSignatures(
  value: JsonObject,
  collectionFields: Type,
  world: TypeWorld,
): Record<string, Signature> {
  const parameters = written(value['parametersSchema']);
  const sees = (args: Readonly<Record<string, Type>>) => functionVariables(world, { parameters, ...args });
  const records = { collection: value, collectionFields, unified: undefined, fields: collectionFields };
  const fields = partial(collectionFields, world);
  const record = givenRecordType(fields);
  const page = objectType({ records: listOf(record), cursor: undefined });
  // the record itself is accepted, too
  const one = objectType({ record, ...(record['properties'] as JsonObject) });
  const query = namesOf(collectionFields, world);
  return {
    list: { variables: sees({ cursor: undefined, filter: query }), result: page },
    findById: { variables: sees({ id: textType }), result: one },
    match: { variables: sees({ fields, query }), result: one },
    search: { variables: sees({ query: textType, cursor: undefined }), result: page },
    create: { variables: sees({ fields: writtenFields(records, 'create', world) }), result: one },
    update: {
      variables: sees({ id: textType, fields: writtenFields(records, 'update', world) }),
      result: one,
    },
    delete: { variables: sees({ id: textType }), result: objectType({ id: idType }, { others: true }) },
    fieldsFromApi: { variables: undefined, result: fields },
    fieldsToApi: { variables: undefined },
    recordFromApi: { variables: undefined, result: record },
    recordToApi: { variables: undefined },
    customFields: { variables: sees({}) },
    customFieldsSchema: { variables: sees({}) },
  };
}

/** The functions by which changes of records are learned of. */
function eventTypes(value: JsonObject, fields: Type, world: TypeWorld): TypedPlace[] {
  const { events } = value;
  if (!isObject(events as Json)) return [];
  const parameters = written(value['parametersSchema']);
  const record = givenRecordType(partial(fields, world));
  return Object.entries(events as JsonObject).flatMap(([change, event]) => {
    if (!isObject(event)) return [];
    const state = written(event['stateSchema']);
    const own = {
      ...event,
      parametersSchema: event['parametersSchema'] ?? value['parametersSchema'] ?? true,
    };
    const sees = (args: Readonly<Record<string, Type>>) => functionVariables(world, { parameters, ...args });
    const pulled: Record<string, Signature> = {
      pullLatestRecords: {
        variables: sees({ cursor: undefined }),
        result: objectType({ records: listOf(record), cursor: undefined }),
      },
      pull: {
        variables: sees({ state }),
        result: objectType({ events: listType, state: undefined }, { others: true }),
      },
      getEventConfig: { variables: sees({}) },
    };
    const signatures = { ...webhookSignatures(own, world, event['stateSchema']), ...pulled };
    return typedWithin(['events', change], typedMethods(event, signatures, world));
  });
}
