import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { JsonSchema } from '../../src/core/schema.js';

/** Some cases for one schema, in the format of the official test suite. */
export interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const root = dirname(createRequire(import.meta.url).resolve('json-schema-test-suite/package.json'));

/** Every group of a draft of the official suite, those of `optional` included, named after its file. */
export function officialGroups(draft: string): { file: string; group: Group }[] {
  return jsonFiles(join(root, 'tests', draft)).flatMap(({ name, value }) =>
    (value as Group[]).map((group) => ({ file: name, group })),
  );
}

/** The documents that cases of the official suite refer to, by address. */
export function remoteDocuments(): Map<string, JsonSchema> {
  const files = jsonFiles(join(root, 'remotes'));
  return new Map(files.map(({ name, value }) => [`http://localhost:1234/${name}`, value as JsonSchema]));
}

function jsonFiles(folder: string, prefix = ''): { name: string; value: unknown }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return jsonFiles(path, `${prefix}${entry.name}/`);
    return [{ name: prefix + entry.name, value: JSON.parse(readFileSync(path, 'utf8')) as unknown }];
  });
}
