import { isObject, type JsonObject } from '../../core/json.js';
import type { TypedPlace, TypeWorld } from '../../core/type-world.js';
import { anyObject, asObject, objectType, oneOfTypes, type Type, written } from '../types/parts.js';
import { configOf, typedConfig, typedWithin } from '../types/scope.js';
import { flowVariables, linkVariables, nodeVariables } from '../types/variables.js';
import { arrivals } from './arrivals.js';
import { graphOf, type Graph } from './graph.js';
import { inputType } from './input-type.js';
import type { NodeScope } from './node-type.js';
import { nodeType } from './nodes/index.js';

/** The types at the places of a flow. */
export function typesOfFlow(flow: JsonObject, world: TypeWorld): TypedPlace[] {
  const nodes: JsonObject = isObject(flow['nodes']) ? flow['nodes'] : {};
  const parameters = written(flow['parametersSchema']);
  const ofFlow = flowVariables(parameters);
  const places: TypedPlace[] = [{ at: ['parameters'], variables: undefined, target: parameters }];
  for (const [key, { scope, output }] of typedNodes(graphOf(flow), nodes, ofFlow, world)) {
    const value = objectAt(nodes, key);
    const config = configOf(value['config']);
    const type = nodeType(value['type']);
    const targets = type?.targets?.(config, scope) ?? [];
    const inConfig = typedWithin(
      ['config'],
      typedConfig(type?.places(value['config']) ?? [], targets, scope),
    );
    const links = Array.isArray(value['links']) ? value['links'] : [];
    const variables = linkVariables(scope.input, output);
    const filters = links.map((_, index): TypedPlace => ({ at: ['links', index, 'filter'], variables }));
    places.push(...typedWithin(['nodes', key], [...inConfig, ...filters]));
  }
  return places;
}

interface TypedNode {
  readonly scope: NodeScope;
  readonly output: Type;
  /** What the nodes behind it find under its key: the error, where it goes on after one. */
  readonly seen: Type;
}

const failedType = objectType({ error: anyObject }, { required: ['error'] });

/**
 * Each node with the types of what it gets and gives, in an order in which what comes before a node is known. Where
 * links form a circle, nothing is known.
 */
function typedNodes(
  graph: Graph,
  nodes: JsonObject,
  ofFlow: Readonly<Record<string, Type>>,
  world: TypeWorld,
): Map<string, TypedNode> {
  const typed = new Map<string, TypedNode>();
  const insides = new Map<string, Type>();
  const outputOf = (key: string) => typed.get(key)?.output;
  const seenOf = (key: string) => typed.get(key)?.seen;
  for (const { node, arrival, inner, when } of arrivals(graph)) {
    const value = objectAt(nodes, node.key);
    const type = nodeType(value['type']);
    const config = configOf(value['config']);
    const inputSchema = written(value['inputSchema']);
    const reached = arrival !== undefined && !node.trigger;
    const input = reached ? narrowed(inputType(arrival, seenOf, insides, graph), inputSchema) : undefined;
    const scope: NodeScope = {
      world,
      input,
      variables: nodeVariables(input, ofFlow),
      inputSchema,
      inner: new Map(inner.map((key) => [key, outputOf(key)])),
    };
    if (when === 'entered') insides.set(node.key, type?.inside?.(config, scope));
    const declared = written(value['outputSchema']);
    const output = declared ?? (when === 'left' ? type?.output?.(config, scope) : undefined);
    const seen = value['onError'] === 'continue' ? oneOfTypes([output, failedType]) : output;
    typed.set(node.key, { scope, output, seen });
  }
  return typed;
}

/** A node may say what it takes: that is known, besides what comes from the nodes before it. */
function narrowed(given: Type, inputSchema: Type): Type {
  const [whole, own] = [asObject(given), asObject(inputSchema)];
  if (whole === undefined || own === undefined) return given;
  return { ...whole, properties: { ...whole.properties, ...own.properties } };
}

function objectAt(nodes: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(nodes, key) ? nodes[key] : undefined;
  return isObject(value) ? value : {};
}
