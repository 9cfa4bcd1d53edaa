import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { createSchemas } from '../../src/adapters/schemas-ajv.js';
import { compileTest } from '../../src/adapters/schemas-compile.js';
import { flatten } from '../../src/adapters/schemas-flatten.js';
import { link } from '../../src/adapters/schemas-link.js';
import type { JsonSchema } from '../../src/core/schema.js';
import { officialGroups, remoteDocuments, type Group } from './suite.js';

// The suite on npm has drafts 3 and 4. ajv takes neither by name, so that the cases of draft 4 are given to it as what
// it takes; what it then passes, we pass when the same case is given to us as the same draft, and as draft 4.
const readings = [
  { name: 'draft 4, ajv as draft 7', schema: 'http://json-schema.org/draft-04/schema#', plain: Ajv },
  { name: 'draft 7', schema: 'http://json-schema.org/draft-07/schema#', plain: Ajv },
  { name: 'draft 2020-12', schema: 'https://json-schema.org/draft/2020-12/schema', plain: Ajv2020 },
];
const remotes = remoteDocuments();
const resolve = (address: string) => remotes.get(address);

it.each(readings)(
  'passes what plain ajv passes of the official suite: $name',
  ({ name, schema: draft, plain }) => {
    const counts = { cases: 0, ajv: 0, ours: 0, generated: 0 };
    const lost: string[] = [];
    for (const { file, group } of officialGroups('draft4')) {
      const schema = withDraft(group.schema, draft);
      const ajv = plainTest(plain, group);
      const ours = ourTest(schema);
      const generated = generatedTest(schema);
      for (const { description, data, valid } of group.tests) {
        counts.cases += 1;
        const right = { ajv: ajv?.(data) === valid, ours: ours?.(data) === valid };
        counts.ajv += right.ajv ? 1 : 0;
        counts.ours += right.ours ? 1 : 0;
        const where = `${file}: ${group.description}: ${description}`;
        if (right.ajv && !right.ours) lost.push(where);
        if (generated === undefined) continue;
        counts.generated += 1;
        if (generated(data) !== ours?.(data)) lost.push(`${where} (generated code differs)`);
      }
    }
    console.log(`${name}: ${counts.cases} cases, ajv passes ${counts.ajv}, we pass ${counts.ours}`);
    expect(lost).toEqual([]);
    expect(counts.ours).toBeGreaterThanOrEqual(counts.ajv);
    expect(counts.cases).toBeGreaterThan(290);
    expect(counts.generated).toBeGreaterThan(250);
  },
);

function withDraft(schema: JsonSchema, draft: string): JsonSchema {
  return typeof schema === 'boolean' ? schema : { $schema: draft, ...schema };
}

type Test = (value: unknown) => boolean;

function plainTest(plain: typeof Ajv | typeof Ajv2020, { schema }: Group): Test | undefined {
  const ajv = new plain({ strict: false, logger: false });
  ajvFormats.default(ajv);
  try {
    for (const [address, document] of remotes) ajv.addSchema(document, address);
    const validate = ajv.compile(schema);
    return (value) => validate(value) === true;
  } catch {
    // a schema that this draft does not take: ajv passes none of its cases
    return undefined;
  }
}

function ourTest(schema: JsonSchema): Test | undefined {
  const schemas = createSchemas();
  if (schemas.check(schema, { resolve }).length > 0) return undefined;
  const validate = schemas.compile(schema, { resolve });
  return (value) => validate(value).problems.length === 0;
}

function generatedTest(schema: JsonSchema): Test | undefined {
  if (createSchemas().check(schema, { resolve }).length > 0) return undefined;
  const flat = flatten(link(schema, { resolve }).root);
  return flat === undefined ? undefined : compileTest(flat);
}
