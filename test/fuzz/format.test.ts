import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSchemas } from '../../src/adapters/schemas-ajv.js';
import { kinds } from '../../src/elements/index.js';
import { formatYaml } from '../../src/project/format.js';
import { shapeOf, type Shape } from '../../src/project/format-order.js';
import { parseYaml } from '../../src/project/yaml.js';
import { mutant, runs, seeds } from './mutations.js';

const schemas = createSchemas();
const shapes = new Map<string, Shape>(
  kinds.map(({ name, schema }) => [
    name,
    shapeOf(schema, (one, value) => schemas.compile(one)(value).problems.length === 0),
  ]),
);

function format(kind: string, text: string): string | undefined {
  const formatted = formatYaml(text, 'a.yaml', shapes.get(kind) as Shape);
  return 'text' in formatted ? formatted.text : undefined;
}

it(
  `of ${runs} mutated files: formatting keeps the value, and twice is as once`,
  () => {
    let formatted = 0;
    fc.assert(
      fc.property(mutant, ({ kind, text }) => {
        const { value } = parseYaml(text, 'a.yaml');
        const once = format(kind, text);
        expect(once === undefined).toBe(value === undefined);
        if (once === undefined) return;
        formatted += 1;
        expect(parseYaml(once, 'a.yaml').value).toEqual(value);
        expect(format(kind, once)).toBe(once);
      }),
      { numRuns: runs },
    );
    expect(formatted).toBeGreaterThan(runs / 4);
  },
  120_000 + runs * 100,
);

it('every file to start from can be formatted, and has its keys in order then', () => {
  const wrong = seeds.filter(({ kind, text }) => {
    const { value } = parseYaml(text, 'a.yaml');
    if (value === undefined || value === null) return false;
    const once = format(kind, text) ?? '';
    const keys = Object.keys(parseYaml(once, 'a.yaml').value ?? {});
    const order = (shapes.get(kind) as Shape).keys(value).filter((key) => keys.includes(key));
    return JSON.stringify(keys.slice(0, order.length)) !== JSON.stringify(order) || / $/m.test(once);
  });
  expect(wrong).toEqual([]);
});
