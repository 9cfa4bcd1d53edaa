import { diagnostic, type Diagnostic, type Span } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { WalkNode } from '../core/walk.js';
import type { LoadedProject } from './project.js';
import type { ProjectTest } from './test-files.js';

/** Nodes that a test of a flow names, and that the flow does not have: in none of its layers. */
export function nodeProblems(
  project: LoadedProject,
  { kind: kindName, key, test, locate }: ProjectTest,
  locateKey: (path: JsonPath) => Span,
): Diagnostic[] {
  const { nodes: answers = {}, start } = test;
  const walk = project.parts.kinds.find(({ name }) => name === kindName)?.walk;
  const layers = project.list(kindName).filter(({ ref }) => ref.key === key);
  const nodes = walk === undefined ? [] : layers.flatMap(({ value }) => walk.graph(value).nodes);
  if (walk !== undefined && nodes.length === 0) return []; // what is wrong with the flow is said there
  const keys = [...new Set(nodes.map((node) => node.key))];
  const given = Object.keys(answers)
    .filter((name) => !keys.includes(name))
    .map((name) => {
      const help = didYouMean(name, keys) ?? listed('its nodes are', keys);
      return diagnostic(
        'ref/not-found',
        `${kindName} "${key}" has no node "${name}"`,
        locateKey(['nodes', name]),
        {
          help,
        },
      );
    });
  return [...given, ...startProblem(start, nodes)];

  function startProblem(name: string | undefined, all: readonly WalkNode[]): Diagnostic[] {
    const triggers = [...new Set(all.filter((node) => node.start).map((node) => node.key))];
    if (name === undefined || triggers.includes(name)) return [];
    const help = didYouMean(name, triggers) ?? listed('its triggers are', triggers);
    return [
      diagnostic('ref/not-found', `${kindName} "${key}" has no trigger "${name}"`, locate(['start']), {
        help,
      }),
    ];
  }
}

function listed(what: string, keys: readonly string[]): string {
  return keys.length === 0 ? 'only flows have nodes' : `${what} ${keys.join(', ')}`;
}
