import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchemas } from '../../src/adapters/schemas-ajv.js';
import { functionTypes, kinds } from '../../src/elements/index.js';
import { openProject } from '../../src/project/open.js';
import { validateProject } from '../../src/project/validate.js';
import { repository } from '../support/cli.js';
import { mutant, runs } from './mutations.js';

let root: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-fuzz-')));
  cpSync(path.join(repository, 'test/fixtures/kinds/_project'), root, { recursive: true });
  writeFileSync(path.join(root, 'membrane.yaml'), '');
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

async function validate(): Promise<string[]> {
  const project = openProject({ cwd: root, kinds, functionTypes, schemas: createSchemas() });
  const { diagnostics } = await validateProject(project, []);
  return diagnostics.map((one) => JSON.stringify(one));
}

it(
  `${runs} mutated files never crash validate, and it says the same twice`,
  async () => {
    await fc.assert(
      fc.asyncProperty(mutant, async ({ kind, text }) => {
        const file = path.join(root, folderOf(kind), 'mutant.yaml');
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        try {
          const first = await validate();
          // one in four is enough to see whether anything but the files decides
          if (text.length % 4 === 0) expect(await validate()).toEqual(first);
        } finally {
          rmSync(file);
        }
      }),
      { numRuns: runs },
    );
  },
  120_000 + runs * 200,
);

function folderOf(name: string): string {
  const kind = kinds.find((candidate) => candidate.name === name);
  return kind?.owner === undefined
    ? (kind?.folder ?? '')
    : path.join(folderOf(kind.owner), 'app', kind.folder);
}
