import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/core/diagnostic.js';
import { kinds } from '../src/elements/index.js';
import { openMembrane } from '../src/membrane.js';
import { repository } from './support/cli.js';
import { parseNotices } from './support/notice.js';
import { testProject } from './support/project.js';

/*
 * Every file in fixtures/kinds/KIND/valid is an element without a problem; what is wrong with one in invalid
 * stands in it, as `# ERROR code: message` on the line at fault. An element with files beside it is a folder.
 * The elements that fixtures refer to are in fixtures/kinds/_project.
 */
const fixtures = path.join(repository, 'test/fixtures/kinds');
const surroundings = path.join(fixtures, '_project');

for (const kind of kinds) {
  describe(kind.name, () => {
    it('has fixtures of both sorts', () => {
      expect([
        fixturesOf(kind.name, 'valid').length > 0,
        fixturesOf(kind.name, 'invalid').length > 0,
      ]).toEqual([true, true]);
    });

    for (const name of fixturesOf(kind.name, 'valid')) {
      it(`accepts ${name}`, async () => {
        const { found, inFixture } = await validateFixture(kind.name, 'valid', name);
        expect(found.filter(({ severity }) => severity === 'error').map(describeDiagnostic)).toEqual([]);
        expect(inFixture.map(describeDiagnostic)).toEqual([]);
      });
    }

    for (const name of fixturesOf(kind.name, 'invalid')) {
      it(`rejects ${name}`, async () => {
        const { found, inFixture, expected } = await validateFixture(kind.name, 'invalid', name);
        expect(expected).not.toEqual([]);
        expect(inFixture.map(describeDiagnostic)).toEqual(expected);
        const elsewhere = found.filter((item) => item.severity === 'error' && !inFixture.includes(item));
        expect(elsewhere.map(describeDiagnostic)).toEqual([]);
      });
    }
  });
}

function fixturesOf(kind: string, sort: 'valid' | 'invalid'): string[] {
  const folder = path.join(fixtures, kind, sort);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** A project of the surroundings and this one fixture. */
async function validateFixture(kind: string, sort: 'valid' | 'invalid', name: string) {
  const { root } = await testProject({});
  if (existsSync(surroundings)) cpSync(surroundings, root, { recursive: true });
  if (!existsSync(path.join(root, 'membrane.yaml'))) writeFileSync(path.join(root, 'membrane.yaml'), '');

  const place = path.join(root, placeOf(kind), name);
  mkdirSync(path.dirname(place), { recursive: true });
  cpSync(path.join(fixtures, kind, sort, name), place, { recursive: true });

  const membrane = await openMembrane({ cwd: root });
  const { diagnostics } = await membrane.validate();
  await membrane.close();
  const expected = filesOf(place).flatMap((file) =>
    parseNotices(readFileSync(file, 'utf8')).map(
      ({ line, severity, code, message }) =>
        `${path.basename(file)}:${line} ${severity}[${code}]: ${message}`,
    ),
  );
  const inFixture = diagnostics.filter(
    ({ span }) => span.file === place || span.file.startsWith(`${place}${path.sep}`),
  );
  return { found: diagnostics, inFixture, expected };
}

/** Inner kinds lie in the folder of an element that the surroundings have: `connectors/app/data`. */
function placeOf(name: string): string {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind.owner === undefined ? kind.folder : path.join(placeOf(kind.owner), 'app', kind.folder);
}

function filesOf(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => path.join(place, name)).filter((file) => statSync(file).isFile());
}

function describeDiagnostic({ span, severity, code, message }: Diagnostic): string {
  return `${path.basename(span.file)}:${span.line} ${severity}[${code}]: ${message}`;
}
