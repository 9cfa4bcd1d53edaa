import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchemas } from '../../src/adapters/schemas-ajv.js';
import { functionTypes, kinds } from '../../src/elements/index.js';
import { openProject } from '../../src/project/open.js';
import { validateProject } from '../../src/project/validate.js';
import { runCli } from '../support/cli.js';
import { mutant, runs } from './mutations.js';

const some = 40;
/** So many that a second thread parses some of them. */
const many = 320;
const edits = Math.max(30, Math.min(300, runs / 20));

let root: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-warm-')));
  writeFileSync(path.join(root, 'membrane.yaml'), '');
  mkdirSync(path.join(root, 'actions'));
  for (let index = 0; index < some; index += 1) writeFileSync(fileAt(index), textOf(index));
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

function fileAt(index: number): string {
  return path.join(root, 'actions', `action-${String(index).padStart(3, '0')}.yaml`);
}

/** Some are right, some have one of several problems. */
function textOf(index: number): string {
  const uri = index % 7 === 0 ? 'urii' : 'uri';
  // with an escape, so that it takes more than the reader of plain YAML
  const name = index % 11 === 0 ? `run-action: *a` : `name: "Action\\x20${index}"`;
  return `${name}\ntype: http-request\nconfig:\n  request:\n    ${uri}: https://example.com/${index}\n`;
}

function validate(how: { cached: boolean }): Promise<string[]> {
  const project = openProject({ cwd: root, kinds, functionTypes, schemas: createSchemas(), ...how });
  return validateProject(project, []).then(({ diagnostics }) =>
    diagnostics.map((one) => JSON.stringify(one)),
  );
}

it(
  `after each of ${edits} random edits, what a warm run says is what a cold one says`,
  async () => {
    const edit = fc.record({
      place: fc.integer({ min: 0, max: some - 1 }),
      how: fc.constantFrom('replace', 'mutate', 'remove', 'copy', 'restore'),
      mutant,
    });
    await validate({ cached: true });
    await fc.assert(
      fc.asyncProperty(edit, async ({ place, how, mutant: { text } }) => {
        const file = fileAt(place);
        if (how === 'remove') rmSync(file, { force: true });
        else if (how === 'mutate') writeFileSync(file, text);
        else if (how === 'restore') writeFileSync(file, textOf(place));
        else if (how === 'copy') writeFileSync(file, readIfThere(fileAt((place + 1) % some)));
        else writeFileSync(file, `${textOf(place)}description: ${text.length}\n`);
        const warm = await validate({ cached: true });
        expect(warm).toEqual(await validate({ cached: false }));
      }),
      // the next edit starts from where this one ended, so that nothing can be made smaller
      { numRuns: edits, endOnFailure: true },
    );
  },
  120_000 + edits * 2_000,
);

it('one thread or two, warm or cold: the output is the same', async () => {
  for (let index = some; index < many; index += 1) writeFileSync(fileAt(index), textOf(index));
  rmSync(path.join(root, '.membrane'), { recursive: true, force: true });
  const say = async () => {
    const { stdout, stderr, code } = await runCli(['validate', '--json'], { cwd: root });
    return { stdout, stderr, code };
  };
  const cold = await say(); // with a second thread, as it has so many files to parse
  expect(await say()).toEqual(cold); // with none, as it parses nothing
  const { diagnostics } = JSON.parse(cold.stdout) as { diagnostics: { code: string; message: string }[] };
  const here = (await validate({ cached: false })).map(
    (one) => JSON.parse(one) as { code: string; message: string },
  );
  const inShort = (list: readonly { code: string; message: string }[]) =>
    list.map((one) => `${one.code} ${one.message}`);
  expect(inShort(diagnostics)).toEqual(inShort(here)); // with one thread
}, 60_000);

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : 'type: http-request\n';
}
