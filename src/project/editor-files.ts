import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MembraneError } from '../core/error.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { hoisted } from './editor-hoist.js';
import type { EditorSchema } from './editor-schema.js';
import { reason } from './source.js';

/** A file for editors: its name, and its text. */
export interface EditorFile {
  readonly name: string;
  readonly text: string;
}

const common = 'definitions.json';

/**
 * The schemas as files of one folder: `action.json`, …, with `definitions.json` for what they share and `index.json`,
 * which says what each is for. They are written without spaces, because projects keep them.
 */
export function editorFiles(schemas: readonly EditorSchema[]): EditorFile[] {
  const shared = sharedDefinitions(schemas);
  const index = schemas.map(({ name, files }) => ({ name, schema: `${name}.json`, files: [...files] }));
  const parts: [string, Json][] = [
    ...schemas.map(({ name, schema }): [string, Json] => [
      `${name}.json`,
      hoisted(withoutShared(schema, shared)),
    ]),
    [common, { $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: Object.fromEntries(shared) }],
    ['index.json', index],
  ];
  return parts.map(([name, value]) => ({ name, text: `${JSON.stringify(value)}\n` }));
}

/** Where `init` puts the schemas: beside the settings that lead to them, so that who clones a project has both. */
const folderInProject = '.vscode/membrane';

/** What a project holds for editors: the schemas, and settings of VS Code that say what they are for. */
export function projectEditorFiles(schemas: readonly EditorSchema[]): EditorFile[] {
  const settings = { 'yaml.schemas': schemaSettings(schemas, folderInProject) };
  const files = editorFiles(schemas).map(({ name, text }) => ({ name: `${folderInProject}/${name}`, text }));
  return [{ name: '.vscode/settings.json', text: `${JSON.stringify(settings, null, 2)}\n` }, ...files];
}

/** Writes files into a folder, over those that are there. Gives their names. */
export function writeEditorFiles(folder: string, files: readonly EditorFile[]): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
  } catch (cause) {
    throw new MembraneError('usage/file', `"${folder}" cannot be written: ${reason(cause)}`, { cause });
  }
  return files.map(({ name }) => name);
}

/** What yaml-language-server calls `yaml.schemas`: globs by the path of a schema, from the root of the project. */
function schemaSettings(schemas: readonly EditorSchema[], folder: string): Record<string, readonly string[]> {
  return Object.fromEntries(schemas.map(({ name, files }) => [`./${folder}/${name}.json`, files]));
}

/** Definitions that are the same wherever they are. */
function sharedDefinitions(schemas: readonly EditorSchema[]): ReadonlyMap<string, Json> {
  const seen = new Map<string, { text: string; value: Json; times: number }>();
  for (const { schema } of schemas) {
    for (const [name, value] of Object.entries(isObject(schema['$defs']) ? schema['$defs'] : {})) {
      const text = JSON.stringify(value);
      const known = seen.get(name) ?? { text, value, times: 0 };
      seen.set(name, { ...known, times: known.text === text ? known.times + 1 : Number.NEGATIVE_INFINITY });
    }
  }
  return new Map([...seen].flatMap(([name, { value, times }]) => (times > 1 ? [[name, value]] : [])));
}

function withoutShared(schema: JsonObject, shared: ReadonlyMap<string, Json>): JsonObject {
  const own = Object.entries(isObject(schema['$defs']) ? schema['$defs'] : {}).filter(
    ([name]) => !shared.has(name),
  );
  const { $defs: _, ...rest } = schema;
  return pointed(
    { ...rest, ...(own.length === 0 ? {} : { $defs: Object.fromEntries(own) }) },
    shared,
  ) as JsonObject;
}

/** References to what is shared lead into its file. */
function pointed(value: Json, shared: ReadonlyMap<string, Json>): Json {
  if (Array.isArray(value)) return value.map((item) => pointed(item, shared));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]): [string, Json] => {
    const name = key === '$ref' && typeof part === 'string' ? part.replace('#/$defs/', '') : '';
    return [key, shared.has(name) ? `${common}#/$defs/${name}` : pointed(part, shared)];
  });
  return Object.fromEntries(entries);
}
