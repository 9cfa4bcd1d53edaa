import { describe, expect, it } from 'vitest';
import type { Membrane } from '../../../src/membrane.js';
import { hang, json, status, type Answer } from '../../support/server.js';
import { failure, world } from './world.js';

/** The outputs of a node, by the ids of its runs. */
async function outputs(membrane: Membrane, run: string, node: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const one of membrane.flows.runs.nodes(run, { node })) found[one.id] = one.output ?? one.state;
  return found;
}

const transform = (output: string, more = '') => `{type: transform-data, config: {output: ${output}}${more}}`;
const trigger = (...keys: string[]) =>
  `{type: api-trigger, links: [${keys.map((key) => `{key: ${key}}`).join(', ')}]}`;

describe('links', () => {
  it('run a node once for each that leads to it, with what is on its own way', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: ${trigger('b', 'c')}
  b: ${transform('1', ', links: [{key: d}]')}
  c: ${transform('2', ', links: [{key: d}]')}
  d: ${transform('{b: {$var: input.b}, c: {$var: input.c}}')}
`,
    });
    const { id } = await membrane.flows.run('f');
    expect(await outputs(membrane, id, 'd')).toEqual({
      'start:0/b:0.0/d:0.0': { b: 1 },
      'start:0/c:1.0/d:0.0': { c: 2 },
    });
  });

  it('are followed where their filters hold, which see input, output and error', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: ${trigger('a', 'bad')}
  a:
    type: transform-data
    config: {output: {n: {$var: input.n}}}
    links:
      - {key: yes, filter: {$eval: {$var: output.n}, is: 1}}
      - {key: yes, filter: {$eval: {$var: input.n}, is: 2}}
      - {key: yes, filter: {$var: input.none}}
  bad:
    type: transform-data
    onError: continue
    config: {output: {$eval: 1, oneOf: {$var: input.word}}}
    links:
      - {key: yes, filter: {$eval: {$var: error}, isEmpty: true}}
      - {key: told, filter: {$eval: {$var: error.code}, is: formula/shape}}
  yes: ${transform('yes')}
  told: ${transform('{$var: input.bad.error.code}')}
`,
    });
    const run = await membrane.flows.run('f', { inputs: [{ n: 1, word: 'x' }] });
    expect(run.state).toBe('completed');
    expect(await outputs(membrane, run.id, 'yes')).toEqual({ 'start:0/a:0.0/yes:0.0': 'yes' });
    expect(await outputs(membrane, run.id, 'told')).toEqual({ 'start:0/bad:1.0/told:1.0': 'formula/shape' });
    expect(run.nodes['bad']).toEqual({ runs: 1, erroredRuns: 1, skipped: 0, interrupted: 0 });
  });

  it('whose filter fails fail the node, whatever it says about errors', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: ${trigger('a')}
  a:
    type: transform-data
    onError: continue
    config: {output: 1}
    links:
      - {key: b, filter: {$eval: 1, oneOf: {$var: input.word}}}
  b: ${transform('2')}
`,
    });
    const run = await membrane.flows.run('f', { inputs: [{ word: 'x' }] });
    expect([run.state, run.nodes['b']]).toEqual(['failed', undefined]);
    expect(
      run.failures.map(({ node, error, output }) => [node, error?.['code'], error?.['place'], output]),
    ).toEqual([['a', 'formula/shape', { file: 'flows/f.yaml', line: 8, column: 26 }, 1]]);
  });

  it('of a node with a batch size give its list in pieces', async () => {
    const { membrane, server } = await world(
      {
        'flows/f.yaml': `nodes:
  start: ${trigger('list')}
  list:
    type: http-request
    config: {request: {uri: {$var: input.uri}}, batchSize: 2}
    links: [{key: seen, filter: {$eval: {$var: output}, isNot: [3, 4]}}]
  seen: ${transform('{$var: input.list}')}
`,
      },
      { '/list': json([1, 2, 3, 4, 5]) },
    );
    const { id } = await membrane.flows.run('f', { inputs: [{ uri: `${server.url}/list` }] });
    expect(await outputs(membrane, id, 'seen')).toEqual({
      'start:0/list:0.0/seen:0.0': [1, 2],
      'start:0/list:0.0/seen:0.2': [5],
    });
  });
});

describe('the input of a node', () => {
  it('is that of the run at the top, and what each node before gave under its key', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: ${trigger('who')}
  who: ${transform('other', ', links: [{key: end}]')}
  end: ${transform('{$var: input}')}
`,
    });
    const { id } = await membrane.flows.run('f', { inputs: [{ who: 'Ada', n: 1 }, ['a', 'list']] });
    expect(Object.values(await outputs(membrane, id, 'end'))).toEqual([
      { who: 'other', n: 1, start: { who: 'Ada', n: 1 } },
      { who: 'other', start: ['a', 'list'] },
    ]);
  });

  it('comes with the flow, its run, the tenant and the connection', async () => {
    const { membrane, connect } = await world({
      'flows/f.yaml': `parameters: {size: 3}
nodes:
  start: ${trigger('a')}
  a:
    type: transform-data
    config:
      output:
        size: {$var: flow.parameters.size}
        flow: {$var: flow.key}
        start: {$var: flowRun.startNodeKey}
        tenant: {$var: tenant.key}
        connection: {$var: connection.key}
        integration: {$var: integration.key}
`,
    });
    await connect();
    const { id } = await membrane.flows.run('f', { connection: 'crm' });
    expect(await outputs(membrane, id, 'a')).toEqual({
      'start:0/a:0.0': {
        size: 3,
        flow: 'f',
        start: 'start',
        tenant: 'local',
        connection: 'crm',
        integration: 'crm',
      },
    });
  });
});

describe('a for-each', () => {
  const nested = `nodes:
  start: ${trigger('orders')}
  orders:
    type: for-each
    config: {items: {$var: input.orders}, rootNodeKey: items}
    links: [{key: end}]
  items:
    type: for-each
    config: {items: {$var: input.orders.item}, rootNodeKey: double}
    links: [{key: size}]
  double: ${transform('{$concat: [{$var: input.items.item}, {$var: input.items.item}]}')}
  size: ${transform('{$jsonata: $count(input.items.double)}')}
  end: ${transform('{$var: input.orders}')}
`;

  it('in a for-each gives a list in a list', async () => {
    const { membrane } = await world({ 'flows/f.yaml': nested });
    const { id } = await membrane.flows.run('f', { inputs: [{ orders: [['a', 'b'], [], ['c']] }] });
    expect(Object.values(await outputs(membrane, id, 'end'))).toEqual([
      { items: [{ double: ['aa', 'bb'] }, { double: [] }, { double: ['cc'] }], size: [2, 0, 1] },
    ]);
  });

  it('takes a list, and nothing else but nothing', async () => {
    const { membrane } = await world({ 'flows/f.yaml': nested });
    const run = await membrane.flows.run('f', { inputs: [{}, { orders: 'text' }] });
    expect(await outputs(membrane, run.id, 'end')).toEqual({
      'start:0/orders:0.0/end:0.0': { items: [], size: [] },
    });
    expect(run.failures.map(({ error }) => error?.['message'])).toEqual([
      '"items" of the for-each "orders" is a string, not a list',
    ]);
  });

  it('goes on where an item fails, and leaves it out', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start: ${trigger('each')}
  each:
    type: for-each
    config: {items: {$var: input.list}, rootNodeKey: test}
    links: [{key: end}]
  test: ${transform('{$eval: 3, oneOf: {$var: input.each.item}}')}
  end: ${transform('{$var: input.each}')}
`,
    });
    const run = await membrane.flows.run('f', { inputs: [{ list: [[3], 'x', [5]] }] });
    expect([run.state, Object.values(await outputs(membrane, run.id, 'end'))]).toEqual([
      'failed',
      [{ test: [true, false] }],
    ]);
  });

  it('that gives more than an output may hold fails where something follows, and else leaves it out', async () => {
    const { membrane } = await world({
      'membrane.yaml': 'limits: {outputMegabytes: 0.001}\n',
      'flows/f.yaml': `nodes:
  start: ${trigger('each', 'alone', 'long')}
  each: {type: for-each, config: {items: {$var: input.list}, rootNodeKey: copy}, links: [{key: end}]}
  alone: {type: for-each, config: {items: {$var: input.list}, rootNodeKey: copy}}
  copy: ${transform('{$var: input.text}')}
  end: ${transform('1')}
  long: ${transform('{$var: input}')}
`,
    });
    const run = await membrane.flows.run('f', { inputs: [{ list: [1, 2, 3], text: 'x'.repeat(500) }] });
    expect(run.failures.map(({ node, error }) => [node, error?.['code'], error?.['message']]).sort()).toEqual(
      [
        ['each', 'flow/output-size', 'the outputs of the items of "each" together are longer than 0.001 MB'],
        ['long', 'flow/output-size', 'the output of "long" is longer than 0.001 MB'],
      ],
    );
    const alone = await membrane.flows.runs.node(run.id, 'start:0/alone:1.0');
    expect([alone.state, alone.output, alone.facts]).toEqual([
      'completed',
      undefined,
      { items: 3, omitted: true },
    ]);
  });
});

describe('concurrency', () => {
  /** Counts how many requests are under way at most. */
  function counted(): { answer: Answer; most: () => number } {
    let [now, most] = [0, 0];
    return {
      answer: (response, request) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          void json(request.path)(response, request);
        }, 10);
      },
      most: () => most,
    };
  }

  for (const [concurrency, most] of [
    ['', 1],
    ['concurrency: 3', 3],
  ] as const) {
    it(`lets ${most} of the inputs of a node be worked on at once`, async () => {
      const { answer, most: seen } = counted();
      const { membrane, server } = await world(
        {
          'flows/f.yaml': `nodes:
  start: ${trigger('ask')}
  ask:
    type: http-request
    ${concurrency}
    config: {request: {uri: {$var: input.uri}}}
`,
        },
        { '/': answer },
      );
      await membrane.flows.run('f', { inputs: Array.from({ length: 9 }, () => ({ uri: `${server.url}/` })) });
      expect(seen()).toBe(most);
    });
  }
});

describe('a start', () => {
  const triggers = `nodes:
  one: {type: app-event-trigger, config: {filter: {$eval: {$var: input.n}, gt: 1}}, links: [{key: a}]}
  two: {type: schedule-trigger, config: {everyMinutes: 5}, links: [{key: a}]}
  a: ${transform('{$var: input}')}
`;

  it('is at the trigger that is meant', async () => {
    const { membrane } = await world({
      'flows/f.yaml': triggers,
      'flows/g.yaml': `nodes:\n  a: ${transform('1')}\n`,
    });
    expect(await failure(membrane.flows.run('f'))).toEqual({
      code: 'usage/ambiguous',
      message: 'flow/f can start at several triggers: one, two',
      hint: 'choose one: --trigger one',
    });
    expect(await failure(membrane.flows.run('f', { start: 'twoo' }))).toEqual({
      code: 'flow/start',
      message: 'flow/f has no trigger "twoo"',
      hint: 'did you mean "two"?',
    });
    expect(await failure(membrane.flows.run('g'))).toEqual({
      code: 'flow/start',
      message: 'flow/g has no trigger that a run could start at',
      hint: 'add a node of type "api-trigger" with a link to the first node',
    });
    expect((await membrane.flows.run('f', { start: 'two' })).start).toBe('two');
  });

  it('leaves out what the filter of the trigger does', async () => {
    const { membrane } = await world({ 'flows/f.yaml': triggers });
    const run = await membrane.flows.run('f', { start: 'one', inputs: [{ n: 1 }, { n: 2 }] });
    expect(run.nodes).toMatchObject({ one: { runs: 2, skipped: 1 }, a: { runs: 1 } });
  });

  it('needs inputs that fit, and stores nothing otherwise', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:
  start:
    type: api-trigger
    inputSchema: {type: object, properties: {n: {type: integer}, unit: {type: string, default: kg}}, required: [n]}
    links: [{key: a}]
  a: ${transform('{$concat: [{$var: input.n}, {$var: input.unit}]}')}
`,
    });
    expect(await failure(membrane.flows.run('f', { inputs: [{ n: 1 }, { n: 'x' }] }))).toEqual({
      code: 'input/invalid',
      message: 'input 2 does not fit its schema: "n" must be a whole number, not a string',
      hint: 'see what "start" takes: membrane flow show f',
    });
    expect(await membrane.flows.runs.list()).toEqual([]);
    const { id } = await membrane.flows.run('f', { inputs: [{ n: 1 }] });
    expect(await outputs(membrane, id, 'a')).toEqual({ 'start:0/a:0.0': '1kg' });
  });

  it('needs the connection that its nodes need, or the actions that they run', async () => {
    const { membrane } = await world({
      'flows/f.yaml': `nodes:\n  start: ${trigger('a')}\n  a: {type: run-action, config: {actionKey: me}}\n`,
      'actions/me.yaml': 'type: api-request-to-external-app\nconfig: {request: {path: /me}}\n',
    });
    expect(await failure(membrane.flows.run('f'))).toEqual({
      code: 'connection/missing',
      message: 'flow "f" needs a connection, and there is none',
      hint: 'make one: membrane connect crm',
    });
  });
});

describe('an action in a flow', () => {
  it('runs with its own schema and mapping; its requests are those of the node run', async () => {
    const { membrane, connect } = await world(
      {
        'flows/f.yaml': `nodes:
  start: ${trigger('a', 'b', 'c')}
  a: {type: run-action, config: {actionKey: me, inputMapping: {id: {$var: input.id}}}}
  b: {type: run-action, config: {actionKey: me, inputMapping: {}}}
  c: {type: run-action, config: {actionKey: {$var: input.which}}}
`,
        'actions/me.yaml': `type: api-request-to-external-app
inputSchema: {type: object, properties: {id: {type: string}, more: {type: string, default: x}}, required: [id]}
config: {request: {path: /me, query: {id: {$var: input.id}, more: {$var: input.more}}}}
outputMapping: {name: {$var: output.name}, id: {$var: input.id}}
`,
      },
      { '/me': json({ name: 'Ada', more: 1 }) },
    );
    await connect();
    const run = await membrane.flows.run('f', { inputs: [{ id: '7', which: 'em' }] });
    const { output, requests } = await membrane.flows.runs.node(run.id, 'start:0/a:0.0');
    expect([output, requests]).toEqual([{ name: 'Ada', id: '7' }, 1]);
    const logged = await membrane.logs.list({ parent: `${run.id}/start:0/a:0.0` });
    expect(logged.map(({ data }) => String(data['url']).replace(/^.*\/me/, '/me'))).toEqual([
      '/me?id=7&more=x',
    ]);
    expect(run.failures.map(({ node, error }) => [node, error?.['code'], error?.['message']]).sort()).toEqual(
      [
        ['b', 'input/invalid', 'the input of action/me does not fit its schema: "id" is missing'],
        ['c', 'element/not-found', 'no action "em"'],
      ],
    );
  });

  it('never hands on a secret that an API repeats', async () => {
    const { membrane, connect } = await world(
      {
        'flows/f.yaml': `nodes:\n  start: ${trigger('a')}\n  a: {type: api-request-to-external-app, config: {request: {path: /me}}, links: [{key: b}]}\n  b: ${transform('{$var: input.a.key}')}\n`,
      },
      { '/me': json({ key: 'secret-key' }) },
    );
    await connect();
    const { id } = await membrane.flows.run('f');
    expect(Object.values(await outputs(membrane, id, 'b'))[0]).not.toContain('secret-key');
  });
});

describe('idempotency', () => {
  const post = (idempotency: string) => ({
    'flows/f.yaml': `nodes:
  start: ${trigger('a')}
  a:
    type: api-request-to-external-app
    config:
      request: {path: /a, method: POST, data: {n: 1}}
      idempotency: ${idempotency}
`,
  });

  it('puts the id of the node run where the API looks for it', async () => {
    for (const [where, at] of [
      ['header', ['headers', 'x-key']],
      ['query', ['path']],
      ['body', ['body']],
    ] as const) {
      const { membrane, connect, server } = await world(post(`{in: ${where}, name: X-Key}`), {
        '/a': json({}),
      });
      await connect();
      const { id } = await membrane.flows.run('f');
      const [request] = server.requests;
      const found = at.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], request);
      expect(decodeURIComponent(String(found))).toContain(`${id}/start:0/a:0.0`);
    }
  });

  it('takes a value of its own', async () => {
    const { membrane, connect, server } = await world(
      post('{in: header, name: X-Key, value: {$var: input.order}}'),
      {
        '/a': json({}),
      },
    );
    await connect();
    await membrane.flows.run('f', { inputs: [{ order: 77 }] });
    expect(server.requests.map(({ headers }) => headers['x-key'])).toEqual(['77']);
  });

  it('sends nothing unless it is declared, and tells requests of one node run apart', async () => {
    const { membrane, connect, server } = await world(
      {
        'flows/f.yaml': `nodes:
  start: ${trigger('plain', 'code')}
  plain: {type: api-request-to-external-app, config: {request: {path: /a, method: POST, data: {}}}}
  code:
    type: run-javascript
    config:
      code: |
        export default async ({ externalApiClient }) => {
          await externalApiClient.get('/a');
          await externalApiClient.post('/a', {});
          await externalApiClient.post('/a', {});
        };
      idempotency: {in: header, name: X-Key, value: k}
`,
      },
      { '/a': json({}) },
    );
    await connect();
    await membrane.flows.run('f');
    expect(
      server.requests.map(({ method, headers }) => `${method} ${headers['x-key'] as string}`).sort(),
    ).toEqual(['GET undefined', 'POST k', 'POST k/2', 'POST undefined']);
  });
});

describe('a run that ends before its time', () => {
  const slow = {
    'flows/f.yaml': `nodes:
  start: ${trigger('get', 'post', 'other')}
  get: {type: api-request-to-external-app, config: {request: {path: /slow}}}
  post: {type: api-request-to-external-app, config: {request: {path: /slow, method: POST, data: {}}}, links: [{key: end}]}
  other: ${transform('1')}
  end: ${transform('2')}
`,
  };

  async function slowWorld(files: Record<string, string> = slow) {
    let isSlow = true;
    const answer: Answer = (response, request) =>
      isSlow ? hang(response, request) : json({ ok: 1 })(response, request);
    const made = await world(files, { '/slow': answer });
    await made.connect();
    const underWay = async (count: number) => {
      while (made.server.requests.length < count) await new Promise((resolve) => void setImmediate(resolve));
    };
    return { ...made, underWay, hurry: () => (isSlow = false) };
  }

  it('is stopped by another process, and goes on; what was cut off is asked about', async () => {
    const { membrane, open, clock, underWay, hurry } = await slowWorld();
    const { id } = await membrane.flows.queue('f');
    const driven = membrane.flows.runs.resume(id);
    await underWay(2);
    const other = await open();
    const stopping = other.flows.runs.stop(id);
    await clock.move(1000);
    expect((await driven).state).toBe('stopped');
    await clock.move(100);
    expect((await stopping).state).toBe('stopped');
    hurry();
    const resumed = await other.flows.runs.resume(id);
    expect([resumed.state, resumed.nodes]).toEqual([
      'interrupted',
      {
        start: { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 0 },
        get: { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 0 },
        post: { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 1 },
        other: { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 0 },
      },
    ]);
    expect((await other.flows.runs.resume(id)).state).toBe('interrupted');
    const decided = await other.flows.runs.resume(id, { retryInterrupted: true });
    expect([decided.state, decided.nodes['post'], decided.nodes['end']?.runs]).toEqual([
      'completed',
      { runs: 1, erroredRuns: 0, skipped: 0, interrupted: 0 },
      1,
    ]);
    expect(await failure(other.flows.runs.resume(id))).toEqual({
      code: 'flow/ended',
      message: `the run "${id}" is completed`,
      hint: `to run it anew: membrane flow-run replay ${id}`,
    });
    expect(await failure(other.flows.runs.stop(id))).toMatchObject({ code: 'flow/ended' });
    expect(await failure(other.flows.runs.retry(id))).toMatchObject({ code: 'flow/ended' });
  });

  it('is stopped before it began', async () => {
    const { membrane, clock } = await slowWorld();
    const { id } = await membrane.flows.queue('f');
    const stopping = membrane.flows.runs.stop(id);
    await clock.move(100);
    expect((await stopping).state).toBe('stopped');
  });

  it('ends at its limit, and can be retried', async () => {
    const { membrane, clock, underWay, hurry } = await slowWorld();
    const running = membrane.flows.run('f');
    await underWay(2);
    hurry();
    await clock.move(50 * 60_000 + 1000);
    const { id, state, error } = await running;
    expect([state, error?.['code'], error?.['message']]).toEqual([
      'failed',
      'run/timeout',
      'the run of "f" took longer than 50 minutes',
    ]);
    const again = await membrane.flows.runs.retry(id, { retryInterrupted: true });
    expect(again.state).toBe('completed');
  });

  it('is driven by one process at a time; the other is told', async () => {
    const { membrane, open, underWay, clock } = await slowWorld();
    const { id } = await membrane.flows.queue('f');
    const driven = membrane.flows.runs.resume(id);
    await underWay(2);
    const other = await open();
    expect(await failure(other.flows.runs.resume(id))).toEqual({
      code: 'flow/busy',
      message: `this process works on the run "${id}"`,
      hint: `let it, or stop it first: membrane flow-run stop ${id}`,
    });
    expect((await other.flows.runs.show(id)).driven).toBe(true);
    const stopping = other.flows.runs.stop(id);
    await clock.move(1000);
    await driven;
    await clock.move(100);
    await stopping;
  });
});

describe('later edits', () => {
  const flow = (output: string) =>
    `nodes:\n  start: ${trigger('a', 'b')}\n  a: ${transform(output)}\n  b: {type: run-action, config: {actionKey: say}}\n`;
  const action = (word: string) =>
    `type: http-request\nconfig: {request: {uri: {$concat: [{$var: input.uri}, /${word}]}}}\n`;

  it('do not disturb a run that was made before', async () => {
    const made = await world(
      { 'flows/f.yaml': flow('old'), 'actions/say.yaml': action('old') },
      { '/old': json('old'), '/new': json('new') },
    );
    const inputs = [{ uri: made.server.url }];
    const { id } = await made.membrane.flows.queue('f', { inputs });
    const fs = await import('node:fs/promises');
    await fs.writeFile(`${made.root}/flows/f.yaml`, flow('new'));
    await fs.writeFile(`${made.root}/actions/say.yaml`, action('new'));
    const later = await made.open();
    await later.flows.runs.resume(id);
    expect([await outputs(later, id, 'a'), await outputs(later, id, 'b')]).toEqual([
      { 'start:0/a:0.0': 'old' },
      { 'start:0/b:1.0': 'old' },
    ]);
    const replayed = await later.flows.runs.replay(id);
    expect([replayed.launchedBy, await outputs(later, replayed.id, 'b')]).toEqual([
      { type: 'replay', flowRunId: id },
      { 'start:0/b:1.0': 'new' },
    ]);
    expect(await failure(later.flows.runs.replay(id, { from: 'b' }))).toEqual({
      code: 'flow/changed',
      message: `the flow "f" is not what it was in the run "${id}"`,
      hint: `what nodes gave then need not fit any more; run all of it: membrane flow-run replay ${id}`,
    });
    expect((await later.flows.runs.list()).map((run) => run.id)).toEqual([replayed.id, id]);
  });
});

describe('doing again', () => {
  const files = {
    'flows/f.yaml': `nodes:
  start: ${trigger('each')}
  each: {type: for-each, config: {items: [a, b], rootNodeKey: ask}, links: [{key: end}]}
  ask: {type: http-request, config: {request: {uri: {$concat: [{$var: input.uri}, /, {$var: input.each.item}]}}}, links: [{key: after}]}
  after: ${transform('{$var: input.ask}')}
  end: {type: http-request, config: {request: {uri: {$concat: [{$var: input.uri}, /end]}}}}
`,
  };

  it('retries what failed, and only that', async () => {
    const { membrane, server } = await world(files, {
      '/a': json('A'),
      '/b': [status(422, {}), json('B')],
      '/end': json('end'),
    });
    const first = await membrane.flows.run('f', { inputs: [{ uri: server.url }] });
    expect([first.state, first.nodes['ask'], first.nodes['after']?.runs]).toEqual([
      'failed',
      { runs: 2, erroredRuns: 1, skipped: 0, interrupted: 0 },
      1,
    ]);
    const second = await membrane.flows.runs.retry(first.id);
    expect([second.state, second.nodes['ask'], second.nodes['after']?.runs, second.failures]).toEqual([
      'completed',
      { runs: 2, erroredRuns: 0, skipped: 0, interrupted: 0 },
      2,
      [],
    ]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/a', '/b', '/end', '/b']);
    expect((await membrane.flows.runs.node(first.id, 'start:0/each:0.0')).output).toEqual({
      ask: ['A', 'B'],
      after: ['A', 'B'],
    });
  });

  it('replays from a node of a small run, too', async () => {
    const { membrane, server } = await world(
      {
        'flows/f.yaml': `nodes:
  start: ${trigger('a')}
  a: {type: http-request, config: {request: {uri: {$var: input.uri}}}, links: [{key: b}]}
  b: ${transform('{$var: input.a}')}
`,
      },
      { '/a': json('A') },
    );
    const inputs = [{ uri: `${server.url}/a` }, { uri: `${server.url}/a` }];
    const first = await membrane.flows.run('f', { inputs });
    const second = await membrane.flows.runs.replay(first.id, { from: 'b' });
    expect([second.state, second.nodes, server.requests.length]).toEqual(['completed', first.nodes, 2]);
  });

  it('replays from a node: what was before it stands', async () => {
    const { membrane, server } = await world(files, {
      '/a': json('A'),
      '/b': json('B'),
      '/end': json('end'),
    });
    const first = await membrane.flows.run('f', { inputs: [{ uri: server.url }] });
    const second = await membrane.flows.runs.replay(first.id, { from: 'end' });
    expect(second.state).toBe('completed');
    expect(second.nodes).toEqual(first.nodes);
    expect(server.requests.map(({ path }) => path)).toEqual(['/a', '/b', '/end', '/end']);
    // A node of a loop takes the loop with it, and what follows that.
    const third = await membrane.flows.runs.replay(first.id, { from: 'after' });
    expect([third.state, third.nodes]).toEqual(['completed', first.nodes]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/a', '/b', '/end', '/end', '/end']);
    expect(await failure(membrane.flows.runs.replay(first.id, { from: 'ende' }))).toEqual({
      code: 'usage/argument',
      message: 'the flow "f" has no node "ende"',
      hint: 'did you mean "end"?',
    });
  });
});

describe('retention', () => {
  it('forgets old runs with all that belongs to them, and keeps what is young', async () => {
    const { membrane, open, ports, clock } = await world({
      'membrane.yaml': 'retention: {days: 3}\n',
      'flows/f.yaml': `nodes:
  start: ${trigger('each')}
  each: {type: for-each, config: {items: {$var: input.list}, rootNodeKey: a}}
  a: ${transform('{$var: input.each.item}')}
`,
    });
    const inputs = Array.from({ length: 150 }, (_, n) => ({ list: [n, 'b'], text: 'x'.repeat(50) }));
    const old = await membrane.flows.run('f', { inputs });
    await membrane.close();
    await clock.move(4 * 24 * 3_600_000);
    const later = await open();
    const young = await later.flows.run('f', { inputs: [{ list: [1] }] });
    await later.close();
    const store = await ports.store();
    const count = (drawer: string) => store.drawer(drawer).count({});
    const last = await open();
    expect((await last.flows.runs.list()).map(({ id }) => id)).toEqual([young.id]);
    expect(old.nodes['a']?.runs).toBe(300);
    // the run itself, its for-each and its item; what is known of it as a whole
    expect([await count('flow-run'), await count('node-run'), await count('flow-input')]).toEqual([1, 3, 0]);
    expect((await last.flows.runs.replay(young.id)).state).toBe('completed');
  });
});

describe('others', () => {
  it('of another tenant see nothing of a run', async () => {
    const { membrane, open } = await world({
      'flows/f.yaml': `nodes:\n  start: ${trigger('a')}\n  a: ${transform('1')}\n`,
    });
    await membrane.tenants.create('acme');
    const { id } = await membrane.flows.run('f');
    const acme = await open({ tenant: 'acme' });
    const { runs } = acme.flows;
    expect(await runs.list()).toEqual([]);
    const gone = {
      code: 'element/not-found',
      message: `no run "${id}"`,
      hint: 'see them with "membrane flow-run list"',
    };
    for (const work of [
      () => runs.show(id),
      () => runs.resume(id),
      () => runs.retry(id),
      () => runs.replay(id),
      () => runs.stop(id),
      () => runs.node(id, 'start:0/a:0.0'),
      () => runs.input(id, 'start:0/a:0.0'),
      () => runs.nodes(id).next(),
    ])
      expect(await failure(work())).toEqual(gone);
  });

  it('are notified of what becomes of a run', async () => {
    const { membrane, ports } = await world({
      'membrane.yaml':
        'notifications: [{url: http://127.0.0.1:9, events: [flowRun.queued, flowRun.started, flowRun.failed]}]\n',
      'flows/f.yaml': `nodes:\n  start: ${trigger('a')}\n  a: ${transform('{$eval: 1, oneOf: {$var: input.word}}')}\n`,
    });
    const { id } = await membrane.flows.run('f', { inputs: [{ word: 'x' }] });
    const rows = await (await ports.store()).drawer('notification-pending').list({ order: 'oldest' });
    expect(rows.map(({ state, data }) => [state, data['eventType']])).toEqual([
      ['pending', 'flowRun.queued'],
      ['pending', 'flowRun.started'],
      ['pending', 'flowRun.failed'],
    ]);
    expect(rows[2]?.data['payload']).toEqual({
      data: {
        flowRun: {
          id,
          connectionFlowId: 'f',
          state: 'failed',
          startTime: '2030-01-01T00:00:00.000Z',
          endTime: '2030-01-01T00:00:00.000Z',
          startNodeKey: 'start',
          launchedBy: { type: 'user' },
        },
      },
      errors: [
        {
          node: 'a',
          code: 'formula/shape',
          message: '"oneOf" takes a list, not a text',
          data: { path: ['output'] },
          place: { file: 'flows/f.yaml', line: 3, column: 46 },
        },
      ],
    });
  });

  it('let events start a flow for one connection, or not', async () => {
    const { membrane, connect } = await world({
      'flows/f.yaml': `nodes:\n  start: {type: app-event-trigger, links: [{key: a}]}\n  a: ${transform('1')}\n`,
    });
    await connect();
    expect(await membrane.flows.setEnabled('f', true)).toEqual({ connection: 'crm' });
    expect(await membrane.flows.setEnabled('f', false, { connection: 'crm' })).toEqual({ connection: 'crm' });
    expect(await failure(membrane.flows.setEnabled('g', true))).toMatchObject({ code: 'element/not-found' });
  });
});
