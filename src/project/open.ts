import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defaultTenant } from '../core/connection.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { FunctionType } from '../core/function.js';
import type { Kind } from '../core/kind.js';
import type { Schemas } from '../core/ports.js';
import type { Sandbox } from '../core/sandbox.js';
import { ParseCache } from './cache.js';
import { OpenApiCache } from './openapi-cache.js';
import { OpenApiOperations, type DocumentPlace } from './openapi.js';
import { loadConfig, withDefaults } from './config.js';
import { loadConnection } from './connection.js';
import { Files } from './files.js';
import { ElementIndex } from './index-elements.js';
import { findPackages } from './packages.js';
import { LoadedProject } from './project.js';
import { scanPackage, type Candidate } from './scan.js';
import type { TestPlace } from './test-place.js';

export interface OpenProjectOptions {
  /** Where to look for membrane.yaml, upwards. */
  readonly cwd: string;
  readonly kinds: readonly Kind[];
  readonly functionTypes: readonly FunctionType[];
  readonly schemas: Schemas;
  /** Says what is wrong with code. */
  readonly checkCode?: Sandbox['check'] | undefined;
  /** Take a folder without membrane.yaml that holds kind folders, such as an export, as a project. */
  readonly allowBare?: boolean;
  /** Use the cache of parsed files; worth it where most of the project will be read. */
  readonly cached?: boolean;
}

/** The project around `cwd`, its tree scanned but no element read yet. Throws `project/not-found`. */
export function openProject(options: OpenProjectOptions): LoadedProject {
  const root = findRoot(options);
  const configFile = join(root, 'membrane.yaml');
  const hasConfig = existsSync(configFile);
  const cacheFolder = join(root, '.membrane', 'cache');
  const cache = options.cached === true && hasConfig ? new ParseCache(cacheFolder) : undefined;
  const files = new Files(cache);
  const loaded = hasConfig
    ? loadConfig(configFile, root, options.schemas)
    : { config: withDefaults({}, root), diagnostics: [] };
  const found = findPackages(root, loaded.config, configFile, files, options.schemas);
  const diagnostics: Diagnostic[] = [...found.diagnostics];
  const candidates: Candidate[] = [];
  const documents: DocumentPlace[] = [];
  const tests: TestPlace[] = [];
  const tenants = new Map<string, string | undefined>();
  for (const place of [{ root, key: '' }, ...found.packages]) {
    const scan = scanPackage(place.root, place.key, options.kinds);
    candidates.push(...scan.candidates);
    documents.push(...scan.documents);
    tests.push(...scan.tests);
    diagnostics.push(...scan.diagnostics);
    for (const connection of scan.connections) {
      const { tenant, problems } = loadConnection(connection.file, files, options.schemas);
      tenants.set(connection.key, tenant);
      diagnostics.push(...problems);
    }
  }
  const openApiCache = hasConfig ? new OpenApiCache(cacheFolder) : undefined;
  const operations = documents.map((place) => new OpenApiOperations(place, files, openApiCache));
  const index = new ElementIndex(candidates, options.kinds, options.functionTypes, files, operations);
  return new LoadedProject({
    root,
    config: loaded.config,
    index,
    files,
    cache,
    openApiCache,
    configDiagnostics: loaded.diagnostics,
    diagnostics,
    tests,
    kinds: options.kinds,
    functionTypes: options.functionTypes,
    schemas: options.schemas,
    checkCode: options.checkCode,
    tenantOf: (connection) => (tenants.has(connection) ? tenants.get(connection) : defaultTenant),
  });
}

/** The folder at or above `cwd` that holds membrane.yaml. */
function findRoot({ cwd, kinds, allowBare }: OpenProjectOptions): string {
  const start = resolve(cwd);
  if (!existsSync(start)) {
    throw new MembraneError('usage/file', `there is no folder "${cwd}"`, { hint: 'check the path' });
  }
  const from = statSync(start).isDirectory() ? start : dirname(start);
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'membrane.yaml'))) return folder;
    if (dirname(folder) === folder) break;
  }
  const bare = kinds.some((kind) =>
    [kind.folder, ...(kind.aliases ?? [])].some((name) => existsSync(join(from, name))),
  );
  if (allowBare === true && bare) return from;
  throw new MembraneError('project/not-found', `no membrane.yaml in "${from}" or a folder above it`, {
    hint: 'make a project here with "membrane init", or go to its folder',
  });
}
