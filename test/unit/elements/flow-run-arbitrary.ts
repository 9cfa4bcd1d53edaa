import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/core/json.js';
import type { ModelFlow, ModelNode } from './flow-run-model.js';

/** Flows of up to seven nodes: links lead to later nodes only, so that there are no circles. */
export const anyFlow: fc.Arbitrary<ModelFlow> = fc.integer({ min: 1, max: 7 }).chain((count) => {
  const keys = Array.from({ length: count }, (_, index) => `n${index}`);
  return fc
    .tuple(linksTo(keys), ...keys.map((_, index) => anyNode(keys.slice(index + 1), keys.slice(0, index))))
    .map(([links, ...nodes]) => {
      const flow: Record<string, ModelNode> = { start: { type: 'api-trigger', links } };
      nodes.forEach((node, index) => (flow[`n${index}`] = node));
      return flow;
    });
});

export const anyInputs: fc.Arbitrary<JsonObject[]> = fc.array(
  fc.record({
    n: fc.integer({ min: 0, max: 5 }),
    list: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
    // Nothing is one of a text: what asks for that fails.
    odd: fc.constantFrom<Json>([1, 2], [3], 'text'),
  }),
  { minLength: 1, maxLength: 4 },
);

function anyNode(later: readonly string[], earlier: readonly string[]): fc.Arbitrary<ModelNode> {
  const common = {
    links: linksTo(later),
    concurrency: fc.integer({ min: 1, max: 4 }),
    onError: fc.constantFrom('stop' as const, 'continue' as const),
  };
  const value = anyValue(earlier);
  const kinds: fc.Arbitrary<ModelNode>[] = [
    fc.record({
      type: fc.constant('transform-data' as const),
      config: fc.record({ output: value }),
      ...common,
    }),
    fc.record({
      type: fc.constant('filter' as const),
      config: fc.record({ filter: anyCondition }),
      ...common,
    }),
    fc.record({ type: fc.constant('http-request' as const), config: anyRequest, ...common }),
  ];
  const [root] = later;
  if (root !== undefined) {
    const config = fc.record({
      items: fc.oneof(
        fc.constant({ $var: 'input.list' }),
        fc.constant({ $jsonata: 'input.list' } as JsonObject),
        value.map((one) => [one, one] as never),
      ),
      rootNodeKey: fc.constantFrom(...later),
    });
    kinds.push(
      fc.record({ type: fc.constant('for-each' as const), config, ...common }) as fc.Arbitrary<ModelNode>,
    );
  }
  return fc.oneof(...kinds);
}

function linksTo(later: readonly string[]): fc.Arbitrary<{ key: string; filter?: JsonObject }[]> {
  if (later.length === 0) return fc.constant([]);
  const link = fc.record(
    { key: fc.constantFrom(...later), filter: fc.oneof(anyCondition, ifNoError) },
    { requiredKeys: ['key'] },
  );
  return fc.array(link, { maxLength: 3 }) as fc.Arbitrary<{ key: string; filter?: JsonObject }[]>;
}

function anyValue(earlier: readonly string[]): fc.Arbitrary<JsonObject> {
  return fc.record({
    n: fc.constantFrom({ $var: 'input.n' }, { $var: 'input.start.n' }, { $var: 'input.none' }),
    seen:
      earlier.length === 0
        ? fc.constant(0)
        : fc.constantFrom(...earlier).map((key) => ({ $var: `input.${key}` })),
    test: fc.oneof(fc.constant(1 as never), anyCondition),
  }) as fc.Arbitrary<JsonObject>;
}

const anyCondition: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map((number): JsonObject => ({ $eval: { $var: 'input.n' }, gt: number })),
  fc.constant<JsonObject>({ $eval: 3, oneOf: { $var: 'input.odd' } }),
);

const ifNoError = fc.constant<JsonObject>({ $eval: { $var: 'error' }, isEmpty: true });

const anyRequest: fc.Arbitrary<JsonObject> = fc
  .record({
    what: fc.constantFrom('list', 'one', 'broken', 'nothing'),
    method: fc.constantFrom('GET', 'POST'),
    batchSize: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map(({ what, method, batchSize }) => ({
    request: { uri: `http://api.test/${what}`, method },
    ...(batchSize === undefined ? {} : { batchSize }),
  }));

/** What the API of these flows answers. */
export function respond(uri: string): { status: number; data: unknown } {
  const what = new URL(uri).pathname.slice(1);
  if (what === 'broken') return { status: 422, data: { message: 'no' } };
  return { status: 200, data: { list: [1, 2, 3, 4, 5], one: { ok: true } }[what] };
}
