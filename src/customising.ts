import { relative } from 'node:path';
import { projectFiles } from './adapters/project-files.js';
import type { Diagnostic } from './core/diagnostic.js';
import { formatPath, type Json, type JsonObject, type JsonPath } from './core/json.js';
import type { JsonSchema } from './core/schema.js';
import { formatRef } from './core/ref.js';
import type { Engine } from './engine/engine.js';
import { schemaOfYourApp, type SchemaOptions } from './engine/data-schema.js';
import { findInstance, moveInstance, resetInstance, setInstance, type Instance } from './engine/instances.js';
import { originsOf } from './engine/instances-origins.js';
import type { InstanceName } from './engine/instances-stored.js';
import { fileMethods } from './files.js';
import { linkMethods, type DataLink } from './linking.js';
import type { LoadedProject } from './project/project.js';
import { writeLayer } from './project/write-layer.js';

export type { DataLink, InstanceName };

/** An element as it stands for a connection. */
export interface InstanceFacts {
  readonly ref: string;
  readonly connection: string;
  readonly instance?: string;
  /** Merged through the layers. */
  readonly value: JsonObject;
  /** What was set by command; null where nothing was. */
  readonly set: JsonObject | null;
  /** Who said what. */
  readonly origins: readonly {
    /** As locators have it: `importValue.email`. */
    readonly path: string;
    readonly value: Json;
    readonly layer: string;
    /** Relative to the project, `FILE:LINE`; null where it was set by command. */
    readonly from: string | null;
  }[];
}

/** What belongs to the data of a connection beside its records. */
export function customisingMethods(engine: Engine, project: LoadedProject, signal: AbortSignal) {
  return {
    files: fileMethods(engine),
    links: linkMethods(engine, signal),
    instances: instanceMethods(engine, project),
    dataSchemas: dataSchemaMethods(engine, signal),
  };
}

/** What connections customise of elements, by command and not in files. */
function instanceMethods(engine: Engine, project: LoadedProject) {
  return {
    show: async (name: InstanceName): Promise<InstanceFacts> =>
      factsOf(project, name, await findInstance(engine, name)),
    /** Merged over what was set before; null takes out what a file says. Rejects with `input/invalid`. */
    set: async (name: InstanceName, change: JsonObject): Promise<InstanceFacts> =>
      factsOf(project, name, await setInstance(engine, name, change)),
    /** Whether there was something to forget; all of it unless `paths` are given. */
    reset: (name: InstanceName, paths: readonly JsonPath[] = []): Promise<boolean> =>
      resetInstance(engine, name, paths),
    /** Moves what was set by command into a file of the project; gives the files written, relative to its root. */
    export: async (name: InstanceName): Promise<{ files: string[] }> => {
      const { kind, key, instance } = name;
      const files = await moveInstance(engine, name, (value, connection) => {
        const ref = {
          kind,
          key,
          connection: connection.key,
          ...(instance === undefined ? {} : { instance }),
        };
        return writeLayer(project, { ref, tenant: engine.tenant, value }, projectFiles);
      });
      return { files: files ?? [] };
    },
  };
}

/** The schemas of data-schemas. */
function dataSchemaMethods(engine: Engine, signal: AbortSignal) {
  return {
    /** As it is written, or as the user's app gives it for the tenant. */
    show: (
      key: string,
      how: Omit<SchemaOptions, 'signal'> = {},
    ): Promise<{ schema: JsonSchema; warnings: readonly Diagnostic[] }> =>
      schemaOfYourApp(engine, key, { ...how, signal }),
  };
}

function factsOf(project: LoadedProject, { instance }: InstanceName, found: Instance): InstanceFacts {
  const { connection, element, stored } = found;
  return {
    ref: formatRef(element.ref),
    connection: connection.key,
    ...(instance === undefined ? {} : { instance }),
    value: element.value,
    set: stored ?? null,
    origins: originsOf(project, element).map(({ path, value, layer, file, line }) => ({
      path: formatPath(path),
      value,
      layer,
      from: file === undefined ? null : `${relative(project.root, file)}:${line}`,
    })),
  };
}
