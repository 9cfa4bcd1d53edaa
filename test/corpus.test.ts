import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { functionTypes, kinds } from '../src/elements/index.js';
import { createSchemas } from '../src/adapters/schemas-ajv.js';
import { openProject } from '../src/project/open.js';
import { validateProject } from '../src/project/validate.js';

const corpus = fileURLToPath(new URL('../../shared/corpus/sync-example', import.meta.url));
const present = existsSync(corpus);
if (!present) console.warn(`skipped: the corpus of real exports is not at ${corpus}`);

it.skipIf(!present && process.env['CI'] === undefined)(
  'an export of a real workspace loads with no error, and resolves',
  async () => {
    const project = openProject({
      cwd: corpus,
      kinds,
      functionTypes,
      schemas: createSchemas(),
      allowBare: true,
    });
    const { diagnostics, elements } = await validateProject(project, []);
    const counts: Record<string, number> = {};
    for (const { code, severity } of diagnostics)
      counts[`${severity} ${code}`] = (counts[`${severity} ${code}`] ?? 0) + 1;
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, message, span }) => `${span.file}:${span.line} ${code}: ${message}`)).toEqual(
      [],
    );
    expect(counts).toEqual({
      // An action that deletes a record, and does not say which.
      'warning element/incomplete': 1,
      'info export/connector': 53,
      'warning element/deprecated': 2,
      'warning type/undeclared-property': 273,
    });
    // Their input schemas name "id" and "fields", and their mappings take other names from the input, without a word of what else it may have.
    const undeclared = diagnostics.filter(({ code }) => code === 'type/undeclared-property');
    const origins = new Set(undeclared.map(({ ref, help }) => `${ref?.replace(/@.*/, '')}: ${help}`));
    expect([...origins]).toEqual([
      'action/update-user: declare it there, or say "additionalProperties: true" if it may have more',
    ]);
    expect(elements).toBe(494);
    const unresolved = kinds.flatMap((kind) =>
      project
        .list(kind.name)
        .filter(
          ({ ref }) =>
            project.resolve(ref.kind, ref.key, ref)?.layers.at(-1)?.ref.integration !== ref.integration,
        ),
    );
    expect(unresolved).toEqual([]);
  },
);
