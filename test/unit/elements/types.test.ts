import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import { kinds } from '../../../src/elements/index.js';
import { parseYaml } from '../../../src/project/yaml.js';
import { project } from '../project/look.js';
import { worldOf } from '../../../src/project/type-world.js';

const elements = kinds.flatMap((kind) =>
  kind.examples.map(({ yaml }) => ({ kind, value: parseYaml(yaml, kind.name).value as JsonObject })),
);

it('types are asked of any object, and never throw', async () => {
  const opened = await project({
    'connectors/crm/spec.yaml': 'auth: {type: none}\n',
    'connectors/crm/data/contacts.yaml': 'fieldsSchema: {properties: 5, required: {}}\n',
    'data-sources/contacts.yaml': 'collectionKey: contacts\ncollectionParameters: []\n',
    'field-mappings/users.yaml': 'dataSourceKey: [contacts]\nappSchema: [1]\n',
  });
  const junk = fc.oneof(
    fc.constantFrom('$var', 'contacts', '$.input', '#/$defs/a', '__proto__'),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(elements.length - 1), fc.nat(1000), junk, async (index, at, value) => {
      const element = elements[index];
      if (element === undefined) return;
      const ref = { kind: element.kind.name, key: 'x' };
      const mutated = replaced(element.value, at, value as Json);
      const layer = { ref, layer: 'universal' as const, files: [], package: '', exported: false, off: false };
      const resolved = { ref, value: mutated, layers: [{ ...layer, value: mutated }], off: false };
      const world = worldOf(opened, resolved);
      const places = element.kind.types?.(mutated, world) ?? [];
      element.kind.outputType?.(mutated, world);
      element.kind.innerVariables?.(mutated, world);
      await Promise.resolve();
      expect(Array.isArray(places)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

/** The value with one of its parts, counted from the outside, replaced. */
function replaced(value: JsonObject, at: number, by: Json): JsonObject {
  let left = at % Math.max(1, partsOf(value));
  const visit = (part: Json): Json => {
    left -= 1;
    if (left === -1) return by;
    if (Array.isArray(part)) return part.map(visit);
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  const made = visit(value);
  return isObject(made) ? made : {};
}

function partsOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + partsOf(part as Json), 1);
}
