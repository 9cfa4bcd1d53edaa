import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createSchemas } from '../../src/adapters/schemas-ajv.js';
import { compileTest } from '../../src/adapters/schemas-compile.js';
import { flatten } from '../../src/adapters/schemas-flatten.js';
import { link } from '../../src/adapters/schemas-link.js';
import type { Group } from './suite.js';

const folder = new URL('draft2020-12/', import.meta.url);
const schemas = createSchemas();

for (const file of readdirSync(folder)) {
  const groups = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Group[];
  for (const { description, schema, tests } of groups) {
    it(`${file}: ${description}`, () => {
      const validate = schemas.compile(schema);
      const flat = flatten(link(schema).root);
      const generated = flat === undefined ? undefined : compileTest(flat);
      const wanted = tests.map((test) => `${test.description}: ${test.valid}`);
      expect(schemas.check(schema)).toEqual([]);
      expect(
        tests.map((test) => `${test.description}: ${validate(test.data).problems.length === 0}`),
      ).toEqual(wanted);
      if (generated === undefined) return;
      expect(tests.map((test) => `${test.description}: ${generated(test.data)}`)).toEqual(wanted);
    });
  }
}
