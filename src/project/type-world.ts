import type { JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Element, LayerName, ResolvedElement, Scope } from '../core/project.js';
import type { Neighbour, TypeWorld } from '../core/type-world.js';
import { udmSchema } from '../core/udm.js';
import { writtenSchema } from '../core/written-schema.js';
import { typeOf } from '../formulas/type-of.js';
import type { OpenedProject } from './parts.js';

/** What an element can learn of the rest of the project, on the layer of its lowest part unless another is given. */
export function worldOf(
  project: OpenedProject,
  element: ResolvedElement,
  layer: LayerName = element.layers.at(-1)?.layer ?? 'universal',
): TypeWorld {
  const scope = scopeOf(project, element);
  const known = neighboursOf(project, [layer, scope, element.ref.connector]);
  const worldAs = (kind: string, key: string): TypeWorld => ({
    layer,
    // asked for only where it matters: it takes all elements of the kind to tell
    get varies() {
      return variesBelow(project, kind, key, scope);
    },
    find(otherKind, otherKey): Neighbour | undefined {
      const name = `${otherKind}\n${otherKey}`;
      if (!known.has(name)) {
        const found = project.resolve(otherKind, otherKey, scope);
        known.set(name, found && neighbour(found, worldAs(otherKind, otherKey)));
      }
      return known.get(name);
    },
    connector: () => connectorOf(project, element, scope)?.value,
    innerVariables: () => innerVariables(project, element, scope),
    findInConnector: (otherKind, otherKey) => inConnector(project, element, scope, otherKind, otherKey),
    typeOf: (value, variables) =>
      typeOf(value, { variables, resolve: resolverOf(project), report: () => {} }),
    dataSchema: resolverOf(project),
    udm: udmSchema,
  });
  return worldAs(element.ref.kind, element.ref.key);
}

const neighbours = new WeakMap<OpenedProject, Map<string, Map<string, Neighbour | undefined>>>();

/** What elements of the same scope have found: what was made of a neighbour can be kept with it. */
function neighboursOf(project: OpenedProject, around: unknown): Map<string, Neighbour | undefined> {
  let all = neighbours.get(project);
  if (all === undefined) neighbours.set(project, (all = new Map()));
  const name = JSON.stringify(around);
  let known = all.get(name);
  if (known === undefined) all.set(name, (known = new Map()));
  return known;
}

const resolvers = new WeakMap<OpenedProject, (key: string) => JsonSchema | undefined>();

/** The schema that `schemas/KEY` or `KEY` names: one function for a project, which remembers by it. */
export function resolverOf(project: OpenedProject): (key: string) => JsonSchema | undefined {
  let resolver = resolvers.get(project);
  if (resolver === undefined) {
    resolver = (name) => {
      const key = name.startsWith('schemas/') ? name.slice('schemas/'.length) : name;
      return writtenSchema(project.find({ kind: 'data-schema', key })?.value);
    };
    resolvers.set(project, resolver);
  }
  return resolver;
}

function scopeOf(project: OpenedProject, { layers, ref }: ResolvedElement): Scope {
  const integration = layers.findLast((layer) => layer.ref.integration !== undefined)?.ref.integration;
  const { connection } = ref;
  const tenant = connection === undefined ? undefined : project.parts.tenantOf(connection);
  return { integration, connection, tenant };
}

/** Keys of elements, by kind, that stand on some integration's or some connection's layer. */
const lower = new WeakMap<
  OpenedProject,
  Map<string, { integration: Set<string>; connection: Set<string> }>
>();

/** Whether a layer below the one that is looked at changes an element. */
function variesBelow(project: OpenedProject, kind: string, key: string, scope: Scope): boolean {
  if (scope.connection !== undefined) return false;
  let kinds = lower.get(project);
  if (kinds === undefined) lower.set(project, (kinds = new Map()));
  let keys = kinds.get(kind);
  if (keys === undefined) {
    keys = { integration: new Set(), connection: new Set() };
    for (const { layer, ref } of project.list(kind)) {
      if (layer !== 'universal') keys[layer].add(ref.key);
    }
    kinds.set(kind, keys);
  }
  return keys.connection.has(key) || (scope.integration === undefined && keys.integration.has(key));
}

const variablesOf = new WeakMap<Element, JsonSchema | undefined>();

/** Made once for each connector: all of its functions see them. */
function innerVariables(
  project: OpenedProject,
  element: ResolvedElement,
  scope: Scope,
): JsonSchema | undefined {
  const connector = connectorOf(project, element, scope);
  if (connector === undefined) return undefined;
  if (!variablesOf.has(connector)) {
    const kind = project.parts.index.kind(connector.ref.kind);
    const world = worldOf(project, { ...connector, layers: [connector] });
    variablesOf.set(connector, kind?.innerVariables?.(connector.value, world));
  }
  return variablesOf.get(connector);
}

function connectorOf(project: OpenedProject, element: ResolvedElement, scope: Scope): Element | undefined {
  const { kind, connector, key } = element.ref;
  if (connector !== undefined) return project.find({ kind: 'connector', key: connector });
  if (kind === 'connector') return element.layers.at(-1);
  const integration = scope.integration ?? (kind === 'integration' ? key : onlyIntegration(project));
  const name = integration === undefined ? undefined : connectorKey(project, integration);
  return name === undefined ? undefined : project.find({ kind: 'connector', key: name });
}

function onlyIntegration(project: OpenedProject): string | undefined {
  const [first, second] = project.list('integration');
  return second === undefined ? first?.ref.key : undefined;
}

function inConnector(
  project: OpenedProject,
  element: ResolvedElement,
  scope: Scope,
  kind: string,
  key: string,
): JsonObject | undefined {
  const own = element.ref.connector ?? (element.ref.kind === 'connector' ? element.ref.key : undefined);
  if (own !== undefined) return project.find({ kind, key, connector: own })?.value;
  const integrations =
    scope.integration === undefined
      ? project.list('integration').map(({ ref }) => ref.key)
      : [scope.integration];
  const found = new Set<JsonObject>();
  for (const connector of new Set(integrations.map((name) => connectorKey(project, name)))) {
    if (project.find({ kind: 'connector', key: connector }) === undefined) return undefined; // an export has none
    const value = project.find({ kind, key, connector })?.value;
    if (value !== undefined) found.add(value);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function connectorKey(project: OpenedProject, integration: string): string {
  const named = project.find({ kind: 'integration', key: integration })?.value['connectorKey'];
  return typeof named === 'string' ? named : integration;
}

function neighbour(element: ResolvedElement, world: TypeWorld): Neighbour {
  const lowest = element.layers.at(-1)?.layer;
  const written = isMixed(element) ? 'both' : lowest === 'universal' ? 'above' : 'below';
  return { value: element.value, written, world };
}

/** Whether values of the universal layer stand beside such of lower ones. */
export function isMixed({ layers }: ResolvedElement): boolean {
  return layers[0]?.layer === 'universal' && layers.at(-1)?.layer !== 'universal';
}
