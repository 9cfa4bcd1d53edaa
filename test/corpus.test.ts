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
    expect(counts).toEqual({ 'info export/connector': 53, 'warning element/deprecated': 2 });
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
