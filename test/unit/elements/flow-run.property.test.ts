import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { isObject } from '../../../src/core/json.js';
import type { Http, Store } from '../../../src/core/ports.js';
import type { FlowRunDetails, Membrane } from '../../../src/membrane.js';
import { world } from '../engine/world.js';
import { anyFlow, anyInputs, respond } from './flow-run-arbitrary.js';
import { tell, withoutErrors, type ModelFlow, type Told } from './flow-run-model.js';

const numRuns = Number(process.env['FLOW_RUNS'] ?? 120);

it('a run does what a plain walk does, whatever goes on at once', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyFlow, anyInputs, async (flow, inputs) => {
      const told = await tell(flow, 'start', inputs, respond);
      const { membrane } = await flowWorld(flow);
      const run = await membrane.flows.run('f', { inputs });
      await expectToldOf(membrane, run, told);
    }),
    { numRuns },
  );
});

it(
  'a run that is cut off again and again comes to the same end, and sends nothing twice',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFlow,
        anyInputs,
        fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 6 }),
        async (flow, inputs, cuts) => {
          const told = await tell(flow, 'start', inputs, respond);
          const { membrane, ports, open, sent } = await flowWorld(flow);
          const { id } = await membrane.flows.queue('f', { inputs });
          const store = await ports.store();
          for (const writes of cuts) {
            const broken = await open({ ports: { store: async () => failingAfter(store, writes) } });
            await broken.flows.runs.resume(id).catch(onlyOfStore);
          }
          const run = await membrane.flows.runs.resume(id).catch(unlessEnded);
          const doubtful = postsOf(flow, (key) => run?.nodes[key]?.interrupted ?? 0);
          if (run?.state === 'interrupted') await membrane.flows.runs.resume(id, { retryInterrupted: true });
          await expectToldOf(membrane, await membrane.flows.runs.show(id), told);
          // What may be sent twice was asked for; everything else arrived once.
          const nodes = [...told.runs.values()].map(({ node }) => node);
          const once = postsOf(flow, (key) => nodes.filter((node) => node === key).length);
          for (const [uri, times] of once) {
            const most = times + (doubtful.get(uri) ?? 0);
            const arrived = sent.get(`POST ${uri}`) ?? 0;
            expect([uri, arrived >= times, arrived <= most]).toEqual([uri, true, true]);
          }
        },
      ),
      { numRuns },
    );
  },
);

/** By address, how many of the node runs that `count` counts are posts. */
function postsOf(flow: ModelFlow, count: (key: string) => number): Map<string, number> {
  const posts = new Map<string, number>();
  for (const [key, { config }] of Object.entries(flow)) {
    const request = config?.['request'];
    if (!isObject(request) || request['method'] !== 'POST') continue;
    const uri = String(request['uri']);
    posts.set(uri, (posts.get(uri) ?? 0) + count(key));
  }
  return posts;
}

async function flowWorld(flow: ModelFlow) {
  const sent = new Map<string, number>();
  const http: Http = {
    async send({ url, method }) {
      sent.set(`${method} ${url}`, (sent.get(`${method} ${url}`) ?? 0) + 1);
      for (let turns = Math.floor(Math.random() * 4); turns > 0; turns -= 1)
        await new Promise((resolve) => void setImmediate(resolve));
      const { status, data } = respond(url);
      const body = new TextEncoder().encode(data === undefined ? '' : JSON.stringify(data));
      return { status, headers: { 'content-type': 'application/json' }, body, ms: 1 };
    },
  };
  const made = await world({ 'flows/f.yaml': JSON.stringify({ nodes: flow }) });
  const open: typeof made.open = (more = {}) => made.open({ ...more, ports: { http, ...more.ports } });
  return { ...made, membrane: await open(), open, sent };
}

async function expectToldOf(membrane: Membrane, run: FlowRunDetails, told: Told): Promise<void> {
  const runs: Record<string, unknown> = {};
  for await (const { id, state, output, node } of membrane.flows.runs.nodes(run.id)) {
    if (node === 'start') continue;
    runs[id] = output === undefined || state === 'failed' ? [state] : [state, withoutErrors(output)];
  }
  const wanted = [...told.runs].map(([id, { state, output }]) => [
    id,
    output === undefined ? [state] : [state, withoutErrors(JSON.parse(JSON.stringify(output)))],
  ]);
  expect(runs).toEqual(Object.fromEntries(wanted));
  expect(run.state).toBe(told.state);
  const { start: _, ...nodes } = run.nodes;
  const counts: Record<string, number> = {};
  for (const { node } of told.runs.values()) counts[node] = (counts[node] ?? 0) + 1;
  expect(Object.fromEntries(Object.entries(nodes).map(([key, { runs: of }]) => [key, of]))).toEqual(counts);
}

/** A store that dies with its process, after so many writes: before the next one, or right after it. */
function failingAfter(store: Store, writes: number): Store {
  let left = writes;
  const dead = () => new MembraneError('store/unavailable', 'the process was killed');
  return {
    ...store,
    drawer(name) {
      const drawer = store.drawer(name);
      return {
        ...drawer,
        async put(rows, options) {
          left -= 1;
          if (left < 0) throw dead();
          await drawer.put(rows, options);
          if (left === 0 && Math.random() < 0.5) throw dead();
        },
      };
    },
  };
}

function onlyOfStore(error: unknown): void {
  if (!(error instanceof MembraneError) || !['store/unavailable', 'flow/ended'].includes(error.code))
    throw error;
}

function unlessEnded(error: unknown): undefined {
  if (!(error instanceof MembraneError) || error.code !== 'flow/ended') throw error;
}
