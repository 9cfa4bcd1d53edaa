import { basename } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { Schemas } from '../core/ports.js';
import type { ProjectConfig } from '../core/project.js';
import type { Rules } from '../core/rules.js';
import { configSchema } from './config-schema.js';
import { schemaDiagnostics } from './schema-diagnostics.js';
import { readSource } from './source.js';
import { parseYaml } from './yaml.js';

export interface LoadedConfig {
  readonly config: ProjectConfig;
  readonly diagnostics: readonly Diagnostic[];
}

/** `membrane.yaml` with defaults; what is wrong below a key is reported, and the key's default used. */
export function loadConfig(file: string, root: string, schemas: Schemas): LoadedConfig {
  const source = readSource(file);
  if ('problem' in source) return { config: withDefaults({}, root), diagnostics: [source.problem] };
  const parsed = parseYaml(source.text, file);
  if (parsed.value === undefined) return { config: withDefaults({}, root), diagnostics: parsed.diagnostics };
  const value = parsed.value ?? {};
  const { problems } = schemas.kind('membrane.yaml', configSchema)(value);
  const diagnostics = schemaDiagnostics(problems, file, source.text);
  const wrong = new Set(problems.map(({ path }) => path[0]));
  const sound = Object.entries(isObject(value) ? value : {}).filter(([key]) => !wrong.has(key));
  return { config: withDefaults(Object.fromEntries(sound), root), diagnostics };
}

/** The configuration of a folder without `membrane.yaml`: all defaults. */
export function withDefaults(given: JsonObject, root: string): ProjectConfig {
  const limits = section(given, 'limits');
  const number = (key: string, fallback: number) =>
    typeof limits[key] === 'number' ? limits[key] : fallback;
  return {
    name: text(given, 'name') ?? basename(root),
    version: text(given, 'version') ?? '0.0.0',
    packages: (given['packages'] as string[] | undefined) ?? ['packages/*'],
    app: section(given, 'app'),
    parameters: section(given, 'parameters') as ProjectConfig['parameters'],
    store: { synchronous: section(given, 'store')['synchronous'] === 'full' ? 'full' : 'normal' },
    secrets: (text(given, 'secrets') as ProjectConfig['secrets'] | undefined) ?? 'keychain',
    notifications: (given['notifications'] as JsonObject[] | undefined) ?? [],
    limits: {
      actionMs: number('actionSeconds', 60) * 1000,
      flowRunMs: number('flowRunMinutes', 50) * 60_000,
      requestMs: number('requestSeconds', 30) * 1000,
      responseBytes: number('responseMegabytes', 50) * 1024 * 1024,
      fileBytes: number('fileMegabytes', 1024) * 1024 * 1024,
      outputBytes: number('outputMegabytes', 10) * 1024 * 1024,
      loggedBodyBytes: number('loggedBodyKilobytes', 64) * 1024,
      formulaDepth: number('formulaDepth', 100),
      javascriptMs: number('javascriptSeconds', 10) * 1000,
      javascriptBytes: number('javascriptMegabytes', 64) * 1024 * 1024,
      listPages: number('listPages', 10_000),
      listMs: number('listMinutes', 15) * 60_000,
      webhookBytes: Math.ceil(number('webhookKilobytes', 1024) * 1024),
    },
    validate: { rules: section(section(given, 'validate'), 'rules') as Rules },
    watch: {
      firstRun: 'latest',
      eventsPerRun: 100,
      attempts: 10,
      parallelPulls: 8,
      ...section(given, 'watch'),
    },
    retention: { days: 30, runs: 10_000, ...section(given, 'retention') },
  };
}

function section(given: JsonObject, key: string): JsonObject {
  const value = given[key];
  return isObject(value) ? value : {};
}

function text(given: JsonObject, key: string): string | undefined {
  const value = given[key];
  return typeof value === 'string' ? value : undefined;
}
