import { MembraneError } from '../core/error.js';
import { serverFieldPattern } from '../core/export-fields.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { FunctionType } from '../core/function.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { JsonSchema } from '../core/schema.js';
import { configSchema, connectionSchema, packageSchema } from './config-schema.js';
import { dataSchemaDefinition } from './editor-data-schema.js';
import { formulaDefinitions } from './editor-formulas.js';
import { inside } from './editor-hoist.js';
import { testSchema } from './test-schema.js';
import { parseYaml } from './yaml.js';

/** A JSON Schema for editors, and which files it is for. */
export interface EditorSchema {
  /** `action`, `membrane.yaml`, `mapping`: what `membrane schema` calls it. */
  readonly name: string;
  /** Globs of the files, relative to the root of the project. */
  readonly files: readonly string[];
  readonly schema: JsonObject;
}

/**
 * The schemas of all files of a project. They say what `validate` says of one file alone, in the words that
 * yaml-language-server knows: formulas are admitted where they may stand, with their keys for completion; what a
 * server wrote into an export is let pass.
 */
export function editorSchemas(kinds: readonly Kind[], types: readonly FunctionType[]): EditorSchema[] {
  const owners = new Map(kinds.map((kind) => [kind.name, kind]));
  return [
    ...kinds.map((kind) => ({ name: kind.name, files: globsOf(kind, owners), schema: ofKind(kind) })),
    ...types.flatMap((type) => {
      const endings = type.files.filter((ending) => /\.ya?ml$/.test(ending));
      const content = contentOf(type);
      if (endings.length === 0 || content === undefined) return [];
      const files = endings.map((ending) => `**/*${ending}`);
      return [{ name: type.name, files, schema: standalone(content, type.name, type.summary) }];
    }),
    { name: 'membrane.yaml', files: ['membrane.yaml'], schema: ofConfig(configSchema) },
    { name: 'package.yaml', files: ['**/package.yaml'], schema: ofConfig(packageSchema) },
    { name: 'test', files: ['**/*.test.yaml', '**/*.test.yml'], schema: ofConfig(testSchema) },
    {
      name: 'connection.yaml',
      files: ['**/connections/*/connection.yaml'],
      schema: ofConfig(connectionSchema),
    },
  ];
}

/** The schema of this name. Throws `usage/argument`. */
export function schemaNamed(name: string, schemas: readonly EditorSchema[]): JsonObject {
  const found = schemas.find((one) => one.name === name);
  if (found !== undefined) return found.schema;
  const names = schemas.map((one) => one.name);
  const hint = didYouMean(name, names) ?? `there are ${names.join(', ')}`;
  throw new MembraneError('usage/argument', `there is no schema "${name}"`, { hint });
}

/** Where elements of a kind lie: in the root, in packages, on layers; inner kinds in the folder of their owner. */
function globsOf(kind: Kind, kinds: ReadonlyMap<string, Kind>): string[] {
  const owner = kind.owner === undefined ? undefined : kinds.get(kind.owner);
  const places = [kind.folder, ...(kind.aliases ?? [])].flatMap((folder) => {
    const place = owner === undefined ? folder : `${owner.folder}/*/${folder}`;
    return [`**/${place}/*.yaml`, `**/${place}/*.yml`, `**/${place}/*/spec.yaml`, `**/${place}/*/spec.yml`];
  });
  return [...places, ...besideElements];
}

/** What lies beside elements and is none. */
const besideElements = ['test', 'tape'].flatMap((name) => [`!**/*.${name}.yaml`, `!**/*.${name}.yml`]);

const dialect = 'https://json-schema.org/draft/2020-12/schema';

function ofKind(kind: Kind): JsonObject {
  const schema = isObject(kind.schema) ? kind.schema : {};
  const { additionalProperties: _, title: _title, description: _description, $defs, ...rest } = schema;
  const names = Object.keys(isObject(schema['properties']) ? schema['properties'] : {});
  const own = admitted(rest);
  const isExport = { required: ['id'], anyOf: [{ required: ['revision'] }, { required: ['uuid'] }] };
  const examples = kind.examples.flatMap(({ yaml }) => parseYaml(yaml, '').value ?? []);
  return {
    $schema: dialect,
    title: kind.name,
    description: kind.summary,
    ...own,
    // in a file that a server wrote, fields that nobody knows do no harm
    if: isExport,
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nothing awaits a schema
    then: {},
    else: {
      properties: Object.fromEntries(names.map((name) => [name, {}])),
      patternProperties: { [serverFieldPattern(kind.name, kind.serverFields)]: {} },
      additionalProperties: false,
    },
    examples,
    $defs: {
      ...definitions(),
      ...(isObject($defs) ? (inside({ $defs }, admitted)['$defs'] as JsonObject) : {}),
    },
  };
}

function standalone(content: JsonObject, title: string, description: string): JsonObject {
  return { $schema: dialect, title, ...admitted(content), description, $defs: definitions() };
}

function ofConfig(schema: JsonSchema): JsonObject {
  return isObject(schema) ? schema : {};
}

function contentOf({ content, schema }: FunctionType): JsonObject | undefined {
  const properties = isObject(schema) ? schema['properties'] : undefined;
  const own = isObject(properties) && content !== undefined ? properties[content] : undefined;
  return isObject(own) ? own : undefined;
}

function definitions(): JsonObject {
  return { ...formulaDefinitions(), 'data-schema': dataSchemaDefinition };
}

/** A schema with what may stand for its values: formulas, and in places of schemas the words of those. */
function admitted(schema: JsonObject): JsonObject {
  if (isAnything(schema)) return { ...schema, allOf: [{ $ref: '#/$defs/value' }] };
  if (isDataSchema(schema)) return { ...schema, allOf: [{ $ref: '#/$defs/data-schema' }] };
  const parts = withEnumDescriptions(schema, inside(schema, admitted));
  return isFormulaOr(schema) ? { ...parts, allOf: [{ $ref: '#/$defs/formula' }] } : parts;
}

/** What fits, or any formula: written with `if`, as the kinds write it. */
function isFormulaOr({ if: condition, then: consequence, else: otherwise }: JsonObject): boolean {
  return (
    consequence === true && otherwise !== undefined && isObject(condition) && condition['not'] !== undefined
  );
}

/** Anything at all goes, so that any part of it may be a formula. */
function isAnything(schema: JsonObject): boolean {
  return Object.keys(schema).every((key) => key === 'description');
}

function isDataSchema({ type }: JsonObject): boolean {
  return Array.isArray(type) && type.length === 2 && type.includes('object') && type.includes('boolean');
}

/** What a type is, is said where it is chosen, and not of the object that has it. */
function withEnumDescriptions(schema: JsonObject, parts: JsonObject): JsonObject {
  const rules = Array.isArray(schema['allOf']) ? schema['allOf'].filter((one) => isObject(one)) : [];
  const summaries = new Map(rules.flatMap((rule) => summaryOf(rule)));
  const properties = parts['properties'];
  const type = isObject(properties) ? properties['type'] : undefined;
  if (!isObject(properties) || !isObject(type) || !Array.isArray(type['enum'])) return parts;
  const described = type['enum'].map((name) => summaries.get(name) ?? '');
  if (described.every((text) => text === '')) return parts;
  return { ...parts, properties: { ...properties, type: { ...type, markdownEnumDescriptions: described } } };
}

function summaryOf({ if: condition, then: consequence }: JsonObject): [Json, Json][] {
  const properties = isObject(condition) ? condition['properties'] : undefined;
  const type = isObject(properties) ? properties['type'] : undefined;
  const name = isObject(type) ? type['const'] : undefined;
  const summary = isObject(consequence) ? consequence['description'] : undefined;
  return name === undefined || summary === undefined ? [] : [[name, summary]];
}
