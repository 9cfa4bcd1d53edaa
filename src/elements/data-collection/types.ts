import type { Signature } from '../../core/function.js';
import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { fieldsOf, filterType, namesOf, saidBy, writtenFields } from '../config/collection-fields.js';
import { typedMethods } from '../functions/typed-function.js';
import { typedSignature, webhookSignatures } from '../functions/webhook-signatures.js';
import {
  idType,
  listOf,
  listType,
  objectType,
  oneOfTypes,
  partial,
  textType,
  written,
  type Type,
} from '../types/parts.js';
import { givenRecordType } from '../types/records.js';
import { typedWithin } from '../types/scope.js';
import { functionVariables } from '../types/variables.js';

/** The types at the places of a data collection: what its functions get and give. */
export function typesOfCollection(value: JsonObject, world: TypeWorld): TypedPlace[] {
  const shapes = shapesOf(value, world);
  return [
    ...typedMethods(value, methodSignatures(value, shapes, world), world),
    ...eventTypes(value, shapes, world),
  ];
}

/** What the functions of a collection hand on. */
interface Shapes {
  readonly fields: Type;
  /** What methods give, before the functions of the collection have made a record of it. */
  readonly record: Type;
  readonly page: Type;
}

function shapesOf(value: JsonObject, world: TypeWorld): Shapes {
  const has = (name: string) => saidBy(value, [name], world) !== undefined;
  const fields = fieldsOf(value, world);
  const given = has('fieldsFromApi') ? undefined : partial(fields, world);
  const record = has('recordFromApi') ? undefined : givenRecordType(given);
  const list = listOf(record);
  // the list alone is accepted, too
  return { fields, record, page: oneOfTypes([objectType({ records: list, cursor: undefined }), list]) };
}

function methodSignatures(
  value: JsonObject,
  { fields, record, page }: Shapes,
  world: TypeWorld,
): Record<string, Signature> {
  const parameters = written(value['parametersSchema']);
  const sees = (args: Readonly<Record<string, Type>>) => functionVariables(world, { parameters, ...args });
  const has = (name: string) => saidBy(value, [name], world) !== undefined;
  const taken = (method: 'create' | 'update') => ({
    fields: has('fieldsToApi') ? undefined : writtenFields(value, fields, method, world),
    ...(has('recordToApi') ? { record: undefined } : {}),
  });
  const one = objectType({ record }, { others: true });
  const query = namesOf(fields, world);
  const id = oneOfTypes([objectType({ id: idType, record }, { others: true }), idType]);
  return {
    list: { variables: sees({ cursor: undefined, filter: filterType(value, fields, world) }), result: page },
    findById: { variables: sees({ id: textType }), result: one },
    match: { variables: sees({ fields: query, query }), result: one },
    search: { variables: sees({ query: textType, cursor: undefined }), result: page },
    create: { variables: sees(taken('create')), result: id },
    update: { variables: sees({ id: textType, ...taken('update') }), result: id },
    delete: { variables: sees({ id: textType }) },
    fieldsFromApi: { variables: undefined, result: partial(fields, world) },
    fieldsToApi: { variables: undefined },
    recordFromApi: { variables: undefined, result: givenRecordType(undefined) },
    recordToApi: { variables: undefined },
    customFields: { variables: sees({}) },
    customFieldsSchema: { variables: sees({}) },
  };
}

/** The functions by which changes of records are learned of. */
function eventTypes(value: JsonObject, { page }: Shapes, world: TypeWorld): TypedPlace[] {
  const { events } = value;
  if (!isObject(events as Json)) return [];
  const parameters = written(value['parametersSchema']);
  return Object.entries(events as JsonObject).flatMap(([change, event]) => {
    if (!isObject(event)) return [];
    const state = written(event['stateSchema']);
    const own = {
      ...event,
      parametersSchema: event['parametersSchema'] ?? value['parametersSchema'] ?? true,
    };
    const sees = (args: Readonly<Record<string, Type>>) => functionVariables(world, { parameters, ...args });
    const pulled: Record<string, Signature> = {
      pullLatestRecords: { variables: sees({ cursor: undefined }), result: page },
      pull: {
        variables: sees({ state }),
        result: objectType({ events: listType, state: undefined }, { others: true }),
      },
      getEventConfig: { variables: sees({}) },
    };
    const signatures = { ...webhookSignatures(own, world, event['stateSchema']), ...pulled };
    return typedWithin(
      ['events', change],
      [...typedMethods(event, signatures, world), ...typedSignature(own, world, event['stateSchema'])],
    );
  });
}
