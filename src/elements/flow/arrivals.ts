import type { Graph, Node } from './graph.js';

/** What has happened on the ways that lead to a node. */
export interface Arrival {
  /** The triggers that they start at. */
  readonly starts: ReadonlySet<string>;
  /** The nodes on them. */
  readonly passed: ReadonlyMap<string, Passed>;
}

interface Passed {
  /** Left: its output is there. Inside: it is a for-each, whose sub-graph the node belongs to. */
  readonly as: ReadonlySet<'left' | 'inside'>;
  /** On every way. */
  readonly always: boolean;
}

/** A moment in the life of a node at which its types can be computed. */
export interface Step {
  readonly node: Node;
  /** Undefined where links form a circle, so that nothing can be said. */
  readonly arrival: Arrival | undefined;
  /** A node with a sub-graph is entered before, and left after the nodes of its sub-graph. */
  readonly when: 'entered' | 'left';
  /** The nodes of its sub-graph. */
  readonly inner: readonly string[];
}

/** The steps of all nodes, each after those that it depends on; circles come last. */
export function arrivals(graph: Graph): Step[] {
  const bodies = new Map(
    [...graph.values()].filter((node) => node.forEach).map((node) => [node.key, bodyOf(node, graph)]),
  );
  const into = new Map<string, Edge[]>([...graph.keys()].map((key) => [key, []]));
  for (const node of graph.values()) {
    for (const { to } of node.links)
      if (graph.get(to)?.trigger === false) into.get(to)?.push({ from: node, as: 'left' });
    const [root] = bodies.get(node.key) ?? [];
    if (root !== undefined) into.get(root)?.push({ from: node, as: 'inside' });
  }
  const waitsFor = new Map<string, number>();
  const next = new Map<string, string[]>();
  const wait = (step: string, before: string) => {
    waitsFor.set(step, (waitsFor.get(step) ?? 0) + 1);
    next.set(before, [...(next.get(before) ?? []), step]);
  };
  for (const [key, edges] of into) {
    for (const { from, as } of edges)
      wait(`entered ${key}`, `${as === 'left' ? 'left' : 'entered'} ${from.key}`);
    wait(`left ${key}`, `entered ${key}`);
    for (const inner of bodies.get(key) ?? []) wait(`left ${key}`, `left ${inner}`);
  }
  const steps: Step[] = [];
  const known = new Map<string, Arrival>();
  const ready = [...graph.keys()].map((key) => `entered ${key}`).filter((step) => !waitsFor.has(step));
  for (let step = ready.shift(); step !== undefined; step = ready.shift()) {
    const [when, key] = [
      step.startsWith('entered ') ? 'entered' : 'left',
      step.slice(step.indexOf(' ') + 1),
    ] as const;
    const node = graph.get(key) as Node;
    if (when === 'entered') known.set(key, arrivalAt(into.get(key) ?? [], known));
    const inner = bodies.get(key);
    const arrival = known.get(key);
    if (when === 'left' ? inner?.length !== 0 : inner !== undefined)
      steps.push({ node, arrival, when, inner: inner ?? [] });
    for (const waiting of next.get(step) ?? []) {
      const left = (waitsFor.get(waiting) ?? 0) - 1;
      waitsFor.set(waiting, left);
      if (left === 0) ready.push(waiting);
    }
  }
  const done = new Set(steps.map(({ node }) => node.key));
  const circular = [...graph.values()].filter((node) => !done.has(node.key));
  return [
    ...steps,
    ...circular.map((node): Step => ({ node, arrival: undefined, when: 'entered', inner: [] })),
  ];
}

interface Edge {
  readonly from: Node;
  readonly as: 'left' | 'inside';
}

/** The sub-graph of a for-each, its root first; empty where it has no root, so that nothing is known of it. */
export function bodyOf({ key, root }: Node, graph: Graph): string[] {
  if (typeof root !== 'string' || root === key || graph.get(root)?.trigger !== false) return [];
  const body = new Set([root]);
  for (const each of body) {
    for (const { to } of graph.get(each)?.links ?? []) {
      if (to !== key && graph.get(to)?.trigger === false) body.add(to);
    }
  }
  return [...body];
}

function arrivalAt(edges: readonly Edge[], known: ReadonlyMap<string, Arrival>): Arrival {
  const [first, ...others] = edges.map((edge) => along(edge, known.get(edge.from.key)));
  return others.reduce(joined, first ?? { starts: new Set(), passed: new Map() });
}

/** What has happened where a link out of a node is followed. */
function along({ from, as }: Edge, before: Arrival | undefined): Arrival {
  const passed = new Map(before?.passed);
  passed.set(from.key, { as: new Set([as]), always: true });
  return { starts: from.trigger ? new Set([from.key]) : (before?.starts ?? new Set()), passed };
}

/** What has happened on one of two ways. */
function joined(one: Arrival, other: Arrival): Arrival {
  const passed = new Map<string, Passed>();
  for (const key of new Set([...one.passed.keys(), ...other.passed.keys()])) {
    const [a, b] = [one.passed.get(key), other.passed.get(key)];
    const as = new Set([...(a?.as ?? []), ...(b?.as ?? [])]);
    passed.set(key, { as, always: a?.always === true && b?.always === true });
  }
  return { starts: new Set([...one.starts, ...other.starts]), passed };
}
