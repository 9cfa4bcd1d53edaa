import { relative } from 'node:path';
import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { Element, Scope } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { LoadedProject } from './project.js';

export interface ElementSummary {
  readonly ref: string;
  readonly kind: string;
  readonly key: string;
  readonly name?: string;
  readonly integration?: string;
  readonly connection?: string;
  readonly connector?: string;
  /** Of an action, a flow's trigger, … */
  readonly type?: string;
  /** Deactivated: it never runs. */
  readonly off: boolean;
  /** Relative to the project. */
  readonly file: string;
}

export interface ElementDetails extends ElementSummary {
  /** Merged through the layers. */
  readonly value: JsonObject;
  /** Lowest layer last. */
  readonly layers: readonly { readonly layer: string; readonly files: readonly string[] }[];
}

/** Every element of a kind on every layer; with `integration`, those that stand on its layer. */
export function listElements(
  project: LoadedProject,
  kind: string,
  only: { integration?: string } = {},
): ElementSummary[] {
  const all = project.list(kind);
  const { integration } = only;
  return all
    .filter((element) => integration === undefined || element.ref.integration === integration)
    .map((element) => summarize(project, element));
}

/** One element as it stands for an integration or a connection. Rejects with `element/not-found`. */
export function showElement(project: LoadedProject, kind: string, key: string, scope: Scope): ElementDetails {
  const named = splitOwner(project, kind, key);
  const resolved = project.resolve(kind, named.key, { ...scope, ...named.scope });
  if (resolved === undefined) {
    const all = project.list(kind).map((element) => displayKey(element));
    const elsewhere = project.list(kind).filter((element) => element.ref.key === key);
    const layers = elsewhere.map((element) => element.ref.integration).filter((name) => name !== undefined);
    const hint =
      layers.length > 0
        ? `it is declared for ${layers.slice(0, 8).join(', ')}: add --integration ${layers[0]}`
        : (didYouMean(key, all) ?? `see them with "membrane ${kind} list"`);
    throw new MembraneError('element/not-found', `no ${kind} "${key}"`, { hint });
  }
  const lowest = resolved.layers.at(-1) as Element;
  return {
    ...summarize(project, lowest),
    value: resolved.value,
    layers: resolved.layers.map((layer) => ({
      layer: layer.layer,
      files: layer.files.map(({ file }) => relative(project.root, file)),
    })),
  };
}

/** Inner kinds are named CONNECTOR/KEY. */
function splitOwner(project: LoadedProject, kind: string, key: string): { key: string; scope: Scope } {
  const slash = key.indexOf('/');
  if (project.parts.index.kind(kind)?.owner === undefined || slash === -1) return { key, scope: {} };
  return { key: key.slice(slash + 1), scope: { connector: key.slice(0, slash) } };
}

function displayKey({ ref }: Element): string {
  return ref.connector === undefined ? ref.key : `${ref.connector}/${ref.key}`;
}

function summarize(project: LoadedProject, element: Element): ElementSummary {
  const { ref, value, off } = element;
  const { name, type } = value;
  return {
    ref: formatRef(ref),
    kind: ref.kind,
    key: ref.key,
    ...(typeof name === 'string' ? { name } : {}),
    ...(ref.integration === undefined ? {} : { integration: ref.integration }),
    ...(ref.connection === undefined ? {} : { connection: ref.connection }),
    ...(ref.connector === undefined ? {} : { connector: ref.connector }),
    ...(typeof type === 'string' ? { type } : {}),
    off,
    file: element.files[0] === undefined ? '' : relative(project.root, element.files[0].file),
  };
}
