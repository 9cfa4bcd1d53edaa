import { isObject, type JsonObject, type JsonPath } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import { missingNeeds } from '../config/needs.js';
import { circles, graphOf, unreachable, type Circle, type Graph, type Node } from './graph.js';
import { nodeType } from './nodes/index.js';
import { shadows } from './shadows.js';

/** What is wrong with the graph of a flow. */
export function checkFlow(flow: JsonObject): Finding[] {
  if (!isObject(flow['nodes'])) return [];
  const graph = graphOf(flow);
  const findings = [...graph.values()].flatMap((node) => [
    ...checkName(node, flow),
    ...checkConfig(node, flow),
    ...checkLinks(node, graph),
    ...(node.forEach ? checkRoot(node, graph) : []),
  ]);
  return [...findings, ...circles(graph).map(circleFinding), ...shadows(flow, graph), ...checkStart(graph)];
}

function circleFinding({ keys, closedBy, loops }: Circle): Finding {
  const last = keys[keys.length - 1] ?? '';
  const [loop] = loops;
  const way = [...keys, keys[0]].map((key) => `"${key}"`).join(' → ');
  const form = loop === undefined ? 'the links form' : 'links and root nodes form';
  return {
    code: 'flow/cycle',
    message: `${form} a circle: ${way}`,
    path: closedBy.index === undefined ? rootPath(last) : [...linkPath(last, closedBy.index), 'key'],
    help:
      loop === undefined
        ? 'remove one of the links; to do something for each item of a list, use a for-each node'
        : `no link leads back to the loop "${loop}": it goes on by itself when the nodes of its body are done`,
  };
}

function checkName(node: Node, flow: JsonObject): Finding[] {
  const value = isObject(flow['nodes']) ? flow['nodes'][node.key] : undefined;
  const written = isObject(value) ? value['type'] : undefined;
  const type = nodeType(written);
  if (type === undefined || type.name === written) return [];
  const message = `"${String(written)}" is an older name of the node type "${type.name}"`;
  const path = ['nodes', node.key, 'type'];
  const { name } = type;
  return [{ code: 'element/deprecated', message, path, help: `write "${name}"`, suggestion: name }];
}

function checkConfig(node: Node, flow: JsonObject): Finding[] {
  const value = isObject(flow['nodes']) ? flow['nodes'][node.key] : undefined;
  const type = isObject(value) ? nodeType(value['type']) : undefined;
  if (type === undefined || !isObject(value)) return [];
  const { config } = value;
  const found = [...(type.check?.(config) ?? []), ...missingNeeds(type.name, config, type.needs)];
  const has = config !== undefined;
  return found.map((finding) => ({
    ...finding,
    path: ['nodes', node.key, ...(has ? ['config'] : []), ...finding.path],
    ...(finding.path.length === 0 ? { target: 'key' as const } : {}),
  }));
}

function checkLinks(node: Node, graph: Graph): Finding[] {
  return node.links.flatMap(({ to, index }) =>
    checkTarget(to, [...linkPath(node.key, index), 'key'], graph, 'ref/not-found'),
  );
}

function checkTarget(
  key: string,
  path: JsonPath,
  graph: Graph,
  missing: 'ref/not-found' | 'flow/for-each',
): Finding[] {
  const target = graph.get(key);
  if (target === undefined) {
    const help = didYouMean(key, graph.keys()) ?? `the nodes are ${quoted(graph.keys())}`;
    return [{ code: missing, message: `no node "${key}"`, path, help }];
  }
  if (!target.trigger) return [];
  const help = 'a trigger only starts runs: link to the node after it';
  return [{ code: 'flow/link', message: `"${key}" is a trigger, and no link can lead into it`, path, help }];
}

function checkRoot(node: Node, graph: Graph): Finding[] {
  const path = rootPath(node.key);
  if (typeof node.root !== 'string') {
    const message = `the for-each node "${node.key}" has no "rootNodeKey"`;
    const help = 'give the key of the first node that runs for each item';
    return [{ code: 'flow/for-each', message, path: ['nodes', node.key], target: 'key', help }];
  }
  if (node.root !== node.key) return checkTarget(node.root, path, graph, 'flow/for-each');
  const message = `the for-each node "${node.key}" is its own root node`;
  return [
    { code: 'flow/for-each', message, path, help: 'give the key of the first node that runs for each item' },
  ];
}

function checkStart(graph: Graph): Finding[] {
  if (![...graph.values()].some((node) => node.trigger)) {
    const help = 'add a node of type "api-trigger" with a link to the first step';
    return [
      {
        code: 'flow/no-trigger',
        message: 'no node of the flow is a trigger',
        path: ['nodes'],
        target: 'key',
        help,
      },
    ];
  }
  return unreachable(graph).map((key) => ({
    code: 'flow/unreachable',
    message: `no trigger leads to the node "${key}"`,
    path: ['nodes', key],
    target: 'key',
    help: `link to it from another node, or remove it`,
  }));
}

function linkPath(key: string, index: number): JsonPath {
  return ['nodes', key, 'links', index];
}

function rootPath(key: string): JsonPath {
  return ['nodes', key, 'config', 'rootNodeKey'];
}

function quoted(names: Iterable<string>): string {
  return [...names].map((name) => `"${name}"`).join(', ');
}
