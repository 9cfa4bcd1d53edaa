import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic, fileSpan } from '../core/diagnostic.js';
import { isObject, type JsonPath } from '../core/json.js';
import type { Schemas } from '../core/ports.js';
import type { ProjectConfig } from '../core/project.js';
import { packageSchema } from './config-schema.js';
import type { Files } from './files.js';
import { schemaDiagnostics } from './schema-diagnostics.js';
import { readSource } from './source.js';

export interface Package {
  readonly key: string;
  /** Absolute folder. */
  readonly root: string;
  /** From node_modules: never written to. */
  readonly readOnly: boolean;
  readonly dependencies: readonly string[];
  /** Its package.yaml. */
  readonly file: string;
}

export interface FoundPackages {
  readonly packages: readonly Package[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The packages that `packages` of membrane.yaml names: folders by glob, and npm packages by name. */
export function findPackages(
  root: string,
  config: ProjectConfig,
  configFile: string,
  files: Files,
  schemas: Schemas,
): FoundPackages {
  const packages: Package[] = [];
  const diagnostics: Diagnostic[] = [];
  const problem = (index: number, message: string, help: string) => {
    const path: JsonPath = ['packages', index];
    diagnostics.push(
      diagnostic('project/package', message, files.locate(configFile, path, 'value'), { help }),
    );
  };
  config.packages.forEach((entry, index) => {
    const folders = foldersOf(root, entry);
    const fromNpm = folders.length === 0 ? npmFolder(root, entry) : undefined;
    if (fromNpm !== undefined) folders.push(fromNpm);
    const isDefault = entry === 'packages/*';
    if (folders.length === 0 && !isDefault && !/[*?{[]/.test(entry)) {
      problem(index, ...whyNone(root, entry));
    }
    for (const folder of folders) {
      const loaded = loadPackage(folder, folder === fromNpm, files, schemas);
      diagnostics.push(...loaded.diagnostics);
      if (loaded.package !== undefined && !packages.some((known) => known.root === folder))
        packages.push(loaded.package);
    }
  });
  diagnostics.push(...crossChecks(packages, files));
  return { packages, diagnostics };
}

function foldersOf(root: string, entry: string): string[] {
  if (!/[*?{[]/.test(entry)) {
    const folder = resolve(root, entry);
    return existsSync(join(folder, 'package.yaml')) ? [folder] : [];
  }
  const found = globSync(`${entry.replace(/\/$/, '')}/package.yaml`, {
    cwd: root,
    absolute: true,
    ignore: ['**/node_modules/**', '**/.membrane/**'],
  });
  return found.map((file) => resolve(dirname(file))).sort();
}

/** Message and help for an entry of `packages` that leads nowhere. */
function whyNone(root: string, entry: string): [string, string] {
  const help = 'a package is a folder with a package.yaml, which may be empty';
  if (existsSync(resolve(root, entry))) return [`the folder "${entry}" holds no package.yaml`, help];
  if (npmFolder(root, entry, 'package.json') !== undefined)
    return [`the npm package "${entry}" holds no package.yaml`, help];
  return [`no package "${entry}"`, `make the folder, or install it: npm install ${entry}`];
}

function npmFolder(root: string, name: string, holding = 'package.yaml'): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, holding))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function loadPackage(
  folder: string,
  readOnly: boolean,
  files: Files,
  schemas: Schemas,
): { package?: Package; diagnostics: readonly Diagnostic[] } {
  const file = join(folder, 'package.yaml');
  const parsed = files.read(file);
  if (parsed.value === undefined) return { diagnostics: parsed.diagnostics };
  const value = parsed.value ?? {};
  const { problems } = schemas.kind('package.yaml', packageSchema)(value);
  const source = readSource(file);
  const diagnostics = schemaDiagnostics(problems, file, 'text' in source ? source.text : '');
  const fields = isObject(value) ? value : {};
  const dependencies = isObject(fields['dependencies']) ? Object.keys(fields['dependencies']) : [];
  const key =
    typeof fields['key'] === 'string' ? fields['key'] : (npmName(folder, readOnly) ?? basename(folder));
  return { package: { key, root: folder, readOnly, dependencies, file }, diagnostics };
}

function npmName(folder: string, readOnly: boolean): string | undefined {
  if (!readOnly || !existsSync(join(folder, 'package.json'))) return undefined;
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return isObject(manifest) && typeof manifest['name'] === 'string' ? manifest['name'] : undefined;
  } catch {
    return undefined; // broken, but npm's business: the name of the folder is the same
  }
}

/** Keys that two packages share, and dependencies on packages that are not there. */
function crossChecks(packages: readonly Package[], files: Files): Diagnostic[] {
  const found: Diagnostic[] = [];
  const byKey = new Map<string, Package>();
  for (const one of packages) {
    const first = byKey.get(one.key);
    if (first !== undefined) {
      const related = [{ ...fileSpan(first.file), message: 'the other one' }];
      const help = 'give one of them another "key"';
      found.push(
        diagnostic('project/package', `two packages have the key "${one.key}"`, fileSpan(one.file), {
          help,
          related,
        }),
      );
    } else byKey.set(one.key, one);
  }
  for (const one of packages) {
    for (const dependency of one.dependencies) {
      if (byKey.has(dependency)) continue;
      const span = files.locate(one.file, ['dependencies', dependency], 'key');
      const help = 'add it to "packages" of membrane.yaml';
      found.push(
        diagnostic(
          'project/package',
          `the package needs "${dependency}", which is not in the project`,
          span,
          { help },
        ),
      );
    }
  }
  return found;
}
