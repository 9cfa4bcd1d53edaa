import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import { kinds } from '../../../src/elements/index.js';
import { functionTypes } from '../../../src/elements/index.js';

const anyObject = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;

describe.each(kinds)('$name', (kind) => {
  const survives = (value: JsonObject) => {
    kind.places(value);
    kind.check?.(value);
    kind.inputSchema?.(value);
    kind.outputSchema?.(value);
    kind.needsConnection?.(value);
  };

  it('looks at any object without throwing', () => {
    fc.assert(fc.property(anyObject, survives), { numRuns: 300 });
  });

  it('looks at spoilt examples without throwing', () => {
    const examples = kind.examples.map(({ yaml }) => parse(yaml) as JsonObject);
    const spoilt = fc
      .tuple(
        fc.constantFrom(...examples),
        fc.nat(),
        fc.oneof(fc.jsonValue(), fc.constantFrom(null, [], {}, '')),
      )
      .map(([example, where, value]) => replaced(example, where, value as Json) as JsonObject);
    fc.assert(fc.property(spoilt, survives), { numRuns: 300 });
  });
});

it.each(functionTypes)('a $name function is looked at without throwing', (type) => {
  fc.assert(
    fc.property(anyObject, fc.jsonValue(), (value, mapping) => {
      type.places(value);
      type.places({ ...value, type: type.name, mapping: mapping as Json });
    }),
  );
});

/** `value` with the part at a position, counted through the tree, replaced. The root stays an object. */
function replaced(value: Json, position: number, by: Json): Json {
  const size = countOf(value) - 1;
  let left = size === 0 ? -1 : position % size;
  const walk = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(step);
    if (isObject(part))
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, step(inner)]));
    return part;
  };
  const step = (part: Json): Json => (left-- === 0 ? by : walk(part));
  return walk(value);
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + countOf(part), 1);
}
