import { isObject, type JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { collectionParametersType, fieldsOf, writtenFields } from '../config/collection-fields.js';
import { partial, written } from '../types/parts.js';

/** The types at the places of `udm`: fields of a collection become those of a model, and back. */
export function typesOfModels(udm: unknown, world: TypeWorld): TypedPlace[] {
  if (!isObject(udm)) return [];
  return Object.entries(udm).flatMap(([model, value]) => {
    const mappings = isObject(value) ? value['collectionMappings'] : undefined;
    if (!Array.isArray(mappings)) return [];
    return mappings.flatMap((mapping, index) =>
      isObject(mapping)
        ? typesOfMapping(mapping as JsonObject, ['udm', model, 'collectionMappings', index], model, world)
        : [],
    );
  });
}

function typesOfMapping(
  mapping: JsonObject,
  at: readonly (string | number)[],
  model: string,
  world: TypeWorld,
): TypedPlace[] {
  const { key } = mapping;
  const collection = typeof key === 'string' ? world.findInConnector('data-collection', key) : undefined;
  const fields = fieldsOf(collection, world);
  const unified = written(world.udm(model));
  const taken = writtenFields(collection, fields, 'update', world);
  return [
    {
      at: [...at, 'parameters'],
      variables: undefined,
      target: partial(collectionParametersType(collection), world),
    },
    { at: [...at, 'fieldsFromCollection'], variables: fields, target: partial(unified, world) },
    { at: [...at, 'fieldsToCollection'], variables: unified, target: partial(taken, world) },
  ];
}
