import { build } from 'esbuild';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateKindValidators } from '../../../src/adapters/kind-validators-build.js';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { kinds } from '../../../src/elements/index.js';

const folder = mkdtempSync(join(tmpdir(), 'membrane-kinds-'));
const root = new URL('../../..', import.meta.url).pathname;
const fixtures = new URL('../../fixtures/kinds/', import.meta.url);
const schemas = createSchemas();
let validators: Record<string, (value: unknown) => boolean> = {};
let inputs: string[] = [];

beforeAll(async () => {
  const { metafile } = await build({
    stdin: { contents: generateKindValidators(kinds), resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    metafile: true,
    outfile: join(folder, 'validators.mjs'),
  });
  inputs = Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'));
  ({ kindValidators: validators } = (await import(join(folder, 'validators.mjs'))) as {
    kindValidators: typeof validators;
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has a validator for every kind', () => {
  expect(Object.keys(validators)).toEqual(kinds.map(({ name }) => name));
});

it('takes in no more of ajv than its small run-time parts', () => {
  const allowed =
    /ajv\/dist\/runtime\/(ucs2length|equal)\.js$|ajv-formats\/dist\/formats\.js$|fast-deep-equal\/index\.js$/;
  expect(inputs.filter((file) => !allowed.test(file))).toEqual([]);
});

it.each(kinds.map((kind) => [kind.name, kind] as const))(
  'agrees with reading the schema: %s',
  (name, kind) => {
    const read = schemas.kind(name, kind.schema);
    const values = [null, 1, [], {}, { key: 1 }, { nonsense: true }, ...examples(kind.name)];
    for (const { yaml } of kind.examples) values.push(parse(yaml) as unknown);
    const fits = values.map((value) => read(value).problems.length === 0);
    expect(values.map((value) => validators[name]?.(value))).toEqual(fits);
    expect(fits.includes(true)).toBe(true);
  },
);

function examples(kind: string): unknown[] {
  return ['valid', 'invalid'].flatMap((sort) => {
    const place = new URL(`${kind}/${sort}/`, fixtures);
    try {
      const files = readdirSync(place).filter((file) => file.endsWith('.yaml'));
      return files.flatMap((file) => {
        try {
          return [parse(readFileSync(new URL(file, place), 'utf8')) as unknown];
        } catch {
          // a fixture of broken YAML says nothing here
          return [];
        }
      });
    } catch {
      // not every kind has fixtures of both sorts
      return [];
    }
  });
}
