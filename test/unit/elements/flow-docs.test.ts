import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../../support/cli.js';
import { world } from '../engine/world.js';

interface Example {
  readonly heading: string;
  readonly flow: string;
  readonly given: unknown[];
  readonly gives: Readonly<Record<string, unknown[]>>;
}

for (const { heading, flow, given, gives } of examples()) {
  it(`the example of "${heading}" in docs/flows.md does what it says`, async () => {
    const { membrane } = await world({ 'flows/example.yaml': flow });
    const { id } = await membrane.flows.run('example', { inputs: given });
    const outputs: Record<string, unknown[]> = {};
    for (const node of Object.keys(gives)) {
      outputs[node] = [];
      for await (const one of membrane.flows.runs.nodes(id, { node, state: 'completed' }))
        outputs[node].push(one.output);
      outputs[node].sort(inOrderOf(gives[node] ?? []));
    }
    expect(outputs).toEqual(gives);
  });
}

it('there are examples', () => {
  expect(examples().map(({ heading }) => heading)).toEqual([
    'Inputs and outputs',
    'Links',
    'Errors',
    'Loops',
  ]);
});

function examples(): Example[] {
  const page = readFileSync(path.join(repository, 'docs/flows.md'), 'utf8');
  const block = (sort: string) => `\`\`\`${sort}\\n([\\s\\S]*?)\`\`\`\\s*`;
  const pattern = new RegExp(block('yaml flow') + block('json given') + block('json gives'), 'g');
  return [...page.matchAll(pattern)].map(({ index, 1: flow = '', 2: given = '', 3: gives = '' }) => ({
    heading: /.*\n## ([^\n]+)\n/s.exec(page.slice(0, index))?.[1] ?? '',
    flow,
    given: JSON.parse(given) as unknown[],
    gives: JSON.parse(gives) as Example['gives'],
  }));
}

/** Nodes run in any order. */
function inOrderOf(wanted: readonly unknown[]): (a: unknown, b: unknown) => number {
  const place = (value: unknown) => wanted.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return (a, b) => place(a) - place(b);
}
