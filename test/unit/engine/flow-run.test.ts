import { describe, expect, it } from 'vitest';
import { json, status } from '../../support/server.js';
import { failure, world } from './world.js';

const hello = `nodes:
  start:
    type: api-trigger
    links: [{key: greet}]
  greet:
    type: transform-data
    config: {output: {text: {$concat: {values: [Hello, {$var: input.who}], delimiter: ' '}}}}
    links: [{key: loud}]
  loud:
    type: transform-data
    config: {output: {$concat: [{$var: input.greet.text}, '!']}}
`;

describe('a flow', () => {
  it('runs each input along its links', async () => {
    const { membrane } = await world({ 'flows/hello.yaml': hello });
    const run = await membrane.flows.run('hello', { inputs: [{ who: 'Ada' }, { who: 'Bob' }] });
    const { id } = run;
    expect(run).toMatchObject({ state: 'completed', inputs: 2, finished: 2, failures: [] });
    expect(run.nodes).toEqual({
      start: { runs: 2, erroredRuns: 0, skipped: 0, interrupted: 0 },
      greet: { runs: 2, erroredRuns: 0, skipped: 0, interrupted: 0 },
      loud: { runs: 2, erroredRuns: 0, skipped: 0, interrupted: 0 },
    });
    const outputs: unknown[] = [];
    for await (const one of membrane.flows.runs.nodes(id, { node: 'loud' }))
      outputs.push([one.id, one.output]);
    expect(outputs).toEqual([
      ['start:0/greet:0.0/loud:0.0', 'Hello Ada!'],
      ['start:1/greet:0.0/loud:0.0', 'Hello Bob!'],
    ]);
    expect(await membrane.flows.runs.input(id, 'start:1/greet:0.0/loud:0.0')).toEqual({
      who: 'Bob',
      start: { who: 'Bob' },
      greet: { text: 'Hello Bob' },
    });
  });

  it('shows what triggers and filters gave, which is what they got', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start:
    type: api-trigger
    links: [{key: each, filter: {$eval: {$var: input.list}, isNotEmpty: true}}]
  each: {type: for-each, config: {items: {$var: input.list}, rootNodeKey: big}}
  big: {type: filter, config: {filter: {$eval: {$var: input.each.item}, gt: 1}}}
`,
    });
    const { id } = await membrane.flows.run('f', { inputs: [{ list: [1, 2] }] });
    const outputs: unknown[] = [];
    for await (const one of membrane.flows.runs.nodes(id)) {
      outputs.push([one.id, one.state, one.output]);
    }
    const given = { list: [1, 2], start: { list: [1, 2] } };
    const kept = { ...given, each: { item: 2, index: 1 } };
    expect(outputs).toEqual([
      ['start:0', 'completed', { list: [1, 2] }],
      ['start:0/each:0.0', 'completed', { big: [kept] }],
      ['start:0/each:0.0/big:0', 'skipped', undefined],
      ['start:0/each:0.0/big:1', 'completed', kept],
    ]);
    expect((await membrane.flows.runs.node(id, 'start:0/each:0.0/big:1')).output).toEqual(kept);
  });

  it('sends requests, and says what failed where', async () => {
    const { membrane, connect, root } = await world(
      {
        'flows/f.yaml': `nodes:
  start: {type: api-trigger, links: [{key: me}, {key: bad}]}
  me:
    type: api-request-to-external-app
    config: {request: {path: /me}}
  bad:
    type: api-request-to-external-app
    config:
      request: {path: /bad}
    links: [{key: never}]
  never: {type: transform-data, config: {output: 1}}
`,
      },
      { '/me': json({ name: 'Ada' }), '/bad': status(404, { message: 'gone' }) },
    );
    await connect();
    const run = await membrane.flows.run('f');
    expect(run.state).toBe('failed');
    expect(
      run.failures.map(({ id, error, requests }) => [id, error?.['key'], error?.['place'], requests]),
    ).toEqual([['start:0/bad:1.0', 'not_found', { file: 'flows/f.yaml', line: 9, column: 7 }, 1]]);
    expect(await failure(membrane.flows.runs.resume(run.id), root)).toEqual({
      code: 'flow/ended',
      message: `the run "${run.id}" is failed`,
      hint: `to do again what failed: membrane flow-run retry ${run.id}`,
    });
  });

  it('runs a sub-graph for each item, and gathers what it gives', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: {type: api-trigger, links: [{key: each}]}
  each:
    type: for-each
    config: {items: {$var: input.list}, rootNodeKey: double}
    links: [{key: end}]
  double:
    type: transform-data
    config: {output: {$concat: [{$var: input.each.item}, {$var: input.each.item}]}}
    links: [{key: only}]
  only:
    type: filter
    config: {filter: {$eval: {$var: input.double}, isNot: bb}}
  end: {type: transform-data, config: {output: {$var: input.each.double}}}
`,
    });
    const run = await membrane.flows.run('f', { inputs: [{ list: ['a', 'b', 'c'] }] });
    expect(run.state).toBe('completed');
    const end = await membrane.flows.runs.node(run.id, 'start:0/each:0.0/end:0.0');
    expect(end.output).toEqual(['aa', 'bb', 'cc']);
    const each = await membrane.flows.runs.node(run.id, 'start:0/each:0.0');
    const inner = (item: string, index: number, double: string) => ({
      list: ['a', 'b', 'c'],
      start: { list: ['a', 'b', 'c'] },
      each: { item, index },
      double,
    });
    expect(each.output).toEqual({
      double: ['aa', 'bb', 'cc'],
      only: [inner('a', 0, 'aa'), inner('c', 2, 'cc')],
    });
    expect(run.nodes['only']).toEqual({ runs: 3, erroredRuns: 0, skipped: 1, interrupted: 0 });
  });
});
