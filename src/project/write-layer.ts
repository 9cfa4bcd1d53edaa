import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Document, isMap, parseDocument, type ParsedNode } from 'yaml';
import { defaultTenant } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Json, JsonObject, JsonPath } from '../core/json.js';
import { mergeable } from '../core/layers.js';
import type { FileWriter } from '../core/ports.js';
import type { Ref } from '../core/ref.js';
import type { LoadedProject } from './project.js';
import { reason } from './source.js';

export interface LayerToWrite {
  /** An element on the layer of a connection. */
  readonly ref: Ref & { readonly connection: string };
  readonly tenant: string;
  readonly value: JsonObject;
}

/**
 * Writes a value as the layer of a connection, into the file that holds that layer or a new one. What stands there
 * already stays, with its comments, where the value says nothing else. Gives the files written, relative to the root.
 * Rejects with `project/exists` where the folder belongs to the connection of another tenant.
 */
export async function writeLayer(
  project: LoadedProject,
  { ref, tenant, value }: LayerToWrite,
  writer: FileWriter,
): Promise<string[]> {
  const folder = join(project.root, 'connections', ref.connection);
  const owner = tenantFile(project, folder, ref.connection, tenant);
  const found = project.find(ref)?.files[0]?.file;
  const file = found ?? join(folder, folderOf(project, ref.kind), fileName(ref));
  const document =
    found === undefined ? new Document<ParsedNode>() : parseDocument(readFileSync(file, 'utf8'));
  if (!isMap(document.contents)) document.contents = document.createNode({}) as ParsedNode;
  const named = ref.instance === undefined ? {} : { key: ref.key, instanceKey: ref.instance };
  for (const [name, part] of Object.entries({ ...named, ...value })) put(document, [name], part);
  const text = document.toString({ lineWidth: 100 });
  if (found === undefined) writeNew(project, file, text);
  else await writer.replace(file, text);
  if (owner !== undefined) writeNew(project, owner, `tenantKey: ${JSON.stringify(tenant)}\n`);
  return [...(owner === undefined ? [] : [owner]), file].map((one) => relative(project.root, one));
}

/** The file that must say whose connection it is; undefined where it is known to be this tenant's. */
function tenantFile(
  project: LoadedProject,
  folder: string,
  connection: string,
  tenant: string,
): string | undefined {
  if (project.parts.tenantOf(connection) === tenant) return undefined;
  if (!existsSync(folder)) return join(folder, 'connection.yaml');
  throw new MembraneError(
    'project/exists',
    `connections/${connection} belongs to the connection of another tenant`,
    {
      hint: `it is of the tenant "${project.parts.tenantOf(connection) ?? defaultTenant}": rename one of the connections`,
    },
  );
}

function folderOf(project: LoadedProject, kind: string): string {
  return project.parts.index.kind(kind)?.folder ?? kind;
}

function fileName({ key, instance }: Ref): string {
  return instance === undefined ? `${key}.yaml` : `${key}.${instance}.yaml`;
}

/** Objects go into those that are there; a formula, a list and what is single take the place of what is there. */
function put(document: Document<ParsedNode>, path: JsonPath, value: Json): void {
  if (mergeable(value) && isMap(document.getIn(path, true))) {
    for (const [name, part] of Object.entries(value)) put(document, [...path, name], part);
  } else document.setIn(path, document.createNode(value));
}

function writeNew({ root }: LoadedProject, file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new MembraneError('usage/file', `"${relative(root, file)}" cannot be written: ${reason(error)}`, {
      cause: error,
    });
  }
}
