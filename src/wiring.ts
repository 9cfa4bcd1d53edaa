import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './adapters/clock-system.js';
import { lowdbConnections } from './adapters/connections-lowdb.js';
import { createHttp } from './adapters/http-got.js';
import { timeIds } from './adapters/ids-time.js';
import { openProjectId } from './adapters/project-id.js';
import { createSchemas } from './adapters/schemas-ajv.js';
import { lowdbTenants } from './adapters/tenants-lowdb.js';
import { defaultTenant } from './core/connection.js';
import type { Durability } from './core/durability.js';
import { MembraneError } from './core/error.js';
import type { Emit } from './core/event.js';
import { didYouMean } from './core/nearest.js';
import type { Files, Ports, Secrets, Store } from './core/ports.js';
import type { Sandbox } from './core/sandbox.js';
import type { Signatures } from './core/webhook.js';
import { authTypes, functionTypes, kinds } from './elements/index.js';
import type { Engine } from './engine/engine.js';
import { secretFields } from './engine/env-connections.js';
import { finishRefreshes } from './engine/refresh.js';
import { retainNow } from './engine/retention.js';
import { openRunLog } from './engine/run-log.js';
import { requireTenant } from './engine/tenants.js';
import { openProject } from './project/open.js';
import type { LoadedProject } from './project/project.js';
import { openUnderWay, type UnderWay } from './under-way.js';

export interface OpenOptions {
  /** Where to look for membrane.yaml, upwards. Default: the working folder. */
  readonly cwd?: string | undefined;
  /** MEMBRANE_TENANT, MEMBRANE_SECRETS, MEMBRANE_SECRETS_KEY, MEMBRANE_SECRET_…; default: none. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: `MEMBRANE_TENANT`, then what `tenant use` chose, then `local`. */
  readonly tenant?: string | undefined;
  /** Told of what happens while the engine works. */
  readonly emit?: Emit | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Other adapters, for tests and for embedding. */
  readonly ports?: Partial<Ports> | undefined;
  /** Take a folder without membrane.yaml that holds kind folders, such as an export, as a project. */
  readonly allowBare?: boolean | undefined;
  /** Use the cache of parsed files. */
  readonly cached?: boolean | undefined;
  /** A project that is open already; `cwd` says nothing then. */
  readonly project?: LoadedProject | undefined;
}

export interface Wiring {
  readonly engine: Engine;
  readonly project: LoadedProject;
  /** Does work that goes on until its signal says so, at the latest when all is closed, which waits for its end. */
  during: UnderWay['during'];
  /** Closes all once, however often it is asked to. */
  close(): Promise<void>;
}

/** Joins a project, the kinds and the adapters. What is slow to load is loaded when it is used first. */
export async function openWiring(options: OpenOptions): Promise<Wiring> {
  const env = options.env ?? {};
  const schemas = options.ports?.schemas ?? createSchemas();
  const { allowBare = false, cached = false } = options;
  const project =
    options.project ??
    openProject({
      cwd: options.cwd ?? '.',
      kinds,
      functionTypes,
      schemas,
      checkCode: async (code, file) => (await ports.sandbox()).check(code, file),
      allowBare,
      cached,
    });
  const opened = adapters(project, env, schemas);
  let durability: Promise<Durability> | undefined;
  const ports: Ports = {
    durability: () => (durability ??= openDurability(project.root, ports)),
    ...opened.ports,
    ...options.ports,
  };
  const tenant = options.tenant ?? env['MEMBRANE_TENANT'] ?? (await ports.tenants.current()) ?? defaultTenant;
  await requireTenant(ports.tenants, tenant);
  const emit = options.emit ?? (() => undefined);
  const runLog = openRunLog(ports, emit);
  const engine: Engine = {
    runLog,
    project,
    kinds,
    functionTypes,
    authTypes,
    ports,
    emit,
    tenant,
    secrets: secretsName(env, project),
    env,
  };
  opened.bind(engine);
  const underWay = openUnderWay();
  const closeAll = async (): Promise<void> => {
    project.parts.cache?.save(false);
    try {
      await underWay.end();
      await finishRefreshes(engine); // new tokens that are under way would be lost
      await runLog.flush();
      if (runLog.used() || durability !== undefined) await retainNow(engine);
    } finally {
      await opened.close();
    }
  };
  let closing: Promise<void> | undefined;
  return { engine, project, during: underWay.during, close: () => (closing ??= closeAll()) };
}

/** The folder of the templates that come with the tool. */
export function templatesFolder(): string {
  return join(packageRoot(), 'templates');
}

/** The example project that comes with the tool. */
export function exampleFolder(): string {
  return join(packageRoot(), 'examples', 'crm');
}

/** The folder of this package, from the sources as from what is built of them. */
export function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith('src') ? dirname(here) : dirname(dirname(here));
}

function adapters(project: LoadedProject, env: Engine['env'], schemas: Ports['schemas']) {
  const { root, config } = project;
  const ids = timeIds(systemClock);
  const projectId = openProjectId(root, ids);
  let engine: Engine | undefined;
  let store: Promise<Store> | undefined;
  let files: Promise<Files> | undefined;
  const openFilesOnDisk = async (): Promise<Files> => {
    const { openFiles } = await import('./adapters/files-disk.js');
    return openFiles({ root, ids, clock: systemClock });
  };
  let signatures: Promise<Signatures> | undefined;
  const openSignatures = async (): Promise<Signatures> => {
    const { createSignatures } = await import('./adapters/signatures.js');
    return createSignatures();
  };
  let sandbox: Promise<Sandbox> | undefined;
  const openSandbox = async (): Promise<Sandbox> => {
    const { createSandbox } = await import('./adapters/sandbox-quickjs.js');
    return createSandbox({ clock: systemClock, memoryBytes: config.limits.javascriptBytes });
  };
  const stores = new Map<string, Promise<Secrets>>();
  const openStore = async (): Promise<Store> => {
    const { openSqliteStore } = await import('./adapters/store-sqlite.js');
    return openSqliteStore({
      file: join(root, '.membrane', 'state.db'),
      synchronous: config.store.synchronous,
      clock: systemClock,
    });
  };
  const openSecrets = async (name: Secrets['name']): Promise<Secrets> => {
    if (name === 'file') {
      const { createFileSecrets } = await import('./adapters/secrets-file.js');
      return createFileSecrets({ root, projectId: () => projectId.ensure(), env });
    }
    if (name === 'keychain') {
      const { createKeychainSecrets } = await import('./adapters/secrets-keychain.js');
      return createKeychainSecrets({ projectId: () => projectId.ensure() });
    }
    const { createEnvSecrets } = await import('./adapters/secrets-env.js');
    return createEnvSecrets(env, (connection) =>
      engine === undefined ? [] : secretFields(engine, connection),
    );
  };
  const ports: Omit<Ports, 'durability'> = {
    clock: systemClock,
    ids,
    http: createHttp(),
    sandbox: () => (sandbox ??= openSandbox()),
    callbacks: {
      listen: async (redirectUri, receive) => {
        const { listenForCallback } = await import('./adapters/callback-http.js');
        return listenForCallback(redirectUri, receive);
      },
    },
    receiver: async () => (await import('./adapters/receiver-http.js')).httpReceiver(),
    signatures: () => (signatures ??= openSignatures()),
    schemas,
    connections: lowdbConnections(root),
    tenants: lowdbTenants(root),
    files: () => (files ??= openFilesOnDisk()),
    store: () => (store ??= openStore()),
    secrets: (name) => {
      const known = stores.get(name) ?? openSecrets(name);
      stores.set(name, known);
      return known;
    },
  };
  return {
    ports,
    bind: (made: Engine) => void (engine = made),
    close: async () => (await store)?.close(),
  };
}

async function openDurability(root: string, { store, clock }: Ports): Promise<Durability> {
  const { storeDurability } = await import('./adapters/durability-store.js');
  const { fileOutputs } = await import('./adapters/durability-outputs.js');
  return storeDurability({ store, clock, outputs: fileOutputs(root) });
}

function secretsName(env: Engine['env'], project: LoadedProject): Secrets['name'] {
  const wanted = env['MEMBRANE_SECRETS'];
  if (wanted === undefined || wanted === '') return project.config.secrets;
  const names = ['keychain', 'file', 'env'] as const;
  const known = names.find((name) => name === wanted);
  if (known !== undefined) return known;
  throw new MembraneError('usage/argument', `MEMBRANE_SECRETS is "${wanted}", which is no secret store`, {
    hint: didYouMean(wanted, names) ?? `the secret stores are ${names.join(', ')}`,
  });
}
