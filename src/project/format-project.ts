import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { FunctionType } from '../core/function.js';
import { isObject } from '../core/json.js';
import type { FileWriter } from '../core/ports.js';
import type { JsonSchema } from '../core/schema.js';
import { isOwn, write } from './apply-fixes.js';
import { configSchema, connectionSchema, packageSchema } from './config-schema.js';
import { formatYaml } from './format.js';
import { noShape, shapeOf, type Shape } from './format-order.js';
import { openPrune, type Prune } from './format-prune.js';
import type { LoadedProject } from './project.js';
import { readSource } from './source.js';

export interface FormatOptions {
  /** Files or folders; all of the project where there are none. */
  readonly paths?: readonly string[];
  /** Take out what an export has and nothing here reads. */
  readonly prune?: boolean;
  /** Writes what changes; without it nothing is written. */
  readonly writer?: FileWriter | undefined;
}

export interface FormatReport {
  /** Files that are not as they should be, or were not; absolute, in order. */
  readonly changed: readonly string[];
  /** How many files were looked at. */
  readonly files: number;
  /** Why files cannot be formatted; they are left alone. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known of the content of a file. */
interface Content {
  readonly shape: Shape;
  readonly drops?: (key: string) => boolean;
}

/**
 * Brings the YAML files of a project into their one form, except those of packages from npm. Rejects with
 * `usage/file` where a path does not exist, and with `file/unreadable` where a file cannot be written.
 */
export async function formatProject(
  project: LoadedProject,
  options: FormatOptions = {},
): Promise<FormatReport> {
  const paths = (options.paths ?? []).map(existing);
  const prune = options.prune === true ? await openPrune(project) : undefined;
  const contents = contentsOf(project, prune);
  const changed: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const files = [...contents.keys()]
    .filter((file) => isOwn(file, project.root) && isWanted(file, paths))
    .sort();
  for (const file of files) {
    const source = readSource(file);
    const { shape, drops } = contents.get(file) ?? { shape: noShape };
    const formatted =
      'problem' in source ? { diagnostics: [source.problem] } : formatYaml(source.text, file, shape, drops);
    if ('diagnostics' in formatted) diagnostics.push(...formatted.diagnostics);
    else if ('text' in source && formatted.text !== source.text) {
      const mark = readFileSync(file, 'utf8').startsWith('\uFEFF') ? '\uFEFF' : '';
      await write(file, () => options.writer?.replace(realpathSync(file), mark + formatted.text));
      changed.push(file);
    }
  }
  return { changed, files: files.length, diagnostics };
}

function existing(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new MembraneError('usage/file', `there is no file or folder "${path}"`, { hint: 'check the path' });
}

function isWanted(file: string, paths: readonly string[]): boolean {
  return paths.length === 0 || paths.some((path) => file === path || file.startsWith(path + sep));
}

/** The YAML files of a project with the schemas of what is in them, those that cannot be read included. */
function contentsOf(project: LoadedProject, prune: Prune | undefined): ReadonlyMap<string, Content> {
  const { kinds, functionTypes, files, schemas } = project.parts;
  const fits = (schema: JsonSchema, value: unknown) => schemas.compile(schema)(value).problems.length === 0;
  const contents = new Map<string, Content>();
  for (const kind of kinds) {
    const shape = shapeOf(kind.schema, fits);
    for (const element of project.list(kind.name)) {
      const drops = prune?.(kind, element);
      for (const { file, at, inside } of element.files) {
        if (inside !== undefined) continue; // a document is not ours
        if (at.length > 0) contents.set(file, { shape: shapeOf(contentSchema(file, functionTypes), fits) });
        else contents.set(file, { shape, ...(drops === undefined ? {} : { drops }) });
      }
    }
  }
  const others = {
    'package.yaml': packageSchema,
    'connection.yaml': connectionSchema,
    'connection.yml': connectionSchema,
  };
  for (const file of files.names) {
    if (contents.has(file) || files.isDocument(file)) continue;
    const schema = (others as Readonly<Record<string, JsonSchema>>)[basename(file)];
    contents.set(file, { shape: schema === undefined ? noShape : shapeOf(schema, fits) });
  }
  const config = join(project.root, 'membrane.yaml');
  if (existsSync(config)) contents.set(config, { shape: shapeOf(configSchema, fits) });
  return new Map([...contents].filter(([file]) => /\.ya?ml$/.test(file)));
}

/** What the file of a function holds. */
function contentSchema(file: string, types: readonly FunctionType[]): JsonSchema {
  const type = types.find(({ files }) => files.some((ending) => file.endsWith(ending)));
  const { schema, content } = type ?? {};
  const properties = isObject(schema) ? schema['properties'] : undefined;
  const own = isObject(properties) && content !== undefined ? properties[content] : undefined;
  return isObject(own) ? own : {};
}
