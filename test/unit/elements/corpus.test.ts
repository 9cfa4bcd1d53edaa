import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { isServerField } from '../../../src/core/export-fields.js';
import { isObject } from '../../../src/core/json.js';
import { kinds } from '../../../src/elements/index.js';
import { misfits } from './fit.js';

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus/sync-example');
const present = existsSync(corpus);
if (!present) console.log(`skipped: the export in ${corpus} is not here`);

it('the export is here in CI', () => {
  expect(present || process.env['CI'] === undefined).toBe(true);
});

it.runIf(present)('fits every element of an export, once server fields are taken out', () => {
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  for (const file of readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  )) {
    const parts = file.split(path.sep);
    const folder = parts[0] === 'integrations' && parts.length > 3 ? parts[2] : parts[0];
    const kind = kinds.find((candidate) =>
      [candidate.folder, ...(candidate.aliases ?? [])].includes(folder ?? ''),
    );
    if (kind === undefined) throw new Error(`no kind for ${file}`);
    const value: unknown = parse(readFileSync(path.join(corpus, file), 'utf8'));
    const own = Object.entries(isObject(value) ? value : {}).filter(
      ([name]) => !isServerField(name, kind.name) && kind.serverFields?.includes(name) !== true,
    );
    const stripped = Object.fromEntries(own);
    counts[kind.name] = (counts[kind.name] ?? 0) + 1;
    problems.push(...misfits(kind, stripped).map((problem) => `${file}: ${problem}`));
    problems.push(...(kind.check?.(stripped as never) ?? []).map((finding) => `${file}: ${finding.message}`));
  }
  const known = '"delete-data-record" cannot run without "id"'; // it says nowhere what is to be deleted
  expect(problems.filter((problem) => !problem.endsWith(`/delete-email/spec.yaml: ${known}`))).toEqual([]);
  expect(counts).toEqual({
    action: 211,
    flow: 112,
    'data-source': 58,
    'field-mapping': 56,
    'data-schema': 1,
    'internal-event': 3,
    integration: 53,
  });
});
