import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnv, compare, median, root, timeProcess, type Figure } from './measure.js';

type Membrane = Awaited<ReturnType<typeof import('../src/membrane.js').openMembrane>>;

const runs = 1000;
const steps = 10;
const inputs = 10_000;

/** Flows of dependent requests against a hand-written script with got, and flows that only compute. */
export async function benchFlows(): Promise<Figure[]> {
  const server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  try {
    const { openMembrane } = (await import(
      join(root, 'dist/lib/membrane.js')
    )) as typeof import('../src/membrane.js');
    makeProject(folder, server.address);
    const script = join(root, 'dist/bench/got-steps.mjs');
    writeFileSync(script, gotScript);
    const whole = await wholeProcess(folder, script, server.address);
    const membrane = await openMembrane({ cwd: folder });
    const inside = await insideProcess(membrane, script, server.address, folder);
    const small = await startOfRun(membrane);
    const computing = await manyInputs(membrane);
    const resuming = await resumeOfMany(membrane);
    await membrane.close();
    return [whole, inside, small, ...computing, ...resuming];
  } finally {
    server.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function wholeProcess(cwd: string, script: string, address: string): Promise<Figure> {
  const env = cleanEnv();
  const times = await compare(
    15,
    () => timeProcess([join(root, 'bin/membrane.js'), 'flow', 'run', 'steps'], { cwd, env }),
    () => timeProcess([script, address], { env }),
  );
  return {
    name: `flow of ${steps} requests, whole process (floor: script with got)`,
    ...times,
    ratio: times.value / times.floor,
    unit: 'ms',
    aim: '≤ 1.15',
  };
}

/** The floor commits each result to SQLite as it comes. */
async function insideProcess(
  membrane: Membrane,
  script: string,
  address: string,
  folder: string,
): Promise<Figure> {
  const { loop } = (await import(script)) as {
    loop: (address: string, runs: number, file: string) => Promise<void>;
  };
  let files = 0;
  const times = await compare(
    3,
    () =>
      timed(async () => {
        for (let run = 0; run < runs; run += 1) await membrane.flows.run('steps');
      }),
    () => timed(() => loop(address, runs, join(folder, `floor-${(files += 1)}.db`))),
  );
  return {
    name: `${runs} runs of it in one process (floor: got, each result committed)`,
    ...times,
    ratio: times.value / times.floor,
    unit: 'ms',
    aim: '≤ 1.3',
  };
}

async function startOfRun(membrane: Membrane): Promise<Figure> {
  const times: number[] = [];
  for (let run = 0; run < 200; run += 1)
    times.push(await timed(async () => void (await membrane.flows.run('nothing'))));
  const value = median(times);
  return {
    name: 'start and end of a run of one node',
    value,
    floor: 2,
    ratio: value / 2,
    unit: 'ms',
    aim: '≤ 1.0',
  };
}

async function manyInputs(membrane: Membrane): Promise<Figure[]> {
  const given = function* (): Generator<{ name: string; number: number }> {
    for (let number = 0; number < inputs; number += 1) yield { name: 'Ada', number };
  };
  const speeds: number[] = [];
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 50);
  for (let round = 0; round < 4; round += 1) {
    const ms = await timed(async () => void (await membrane.flows.run('compute', { inputs: given() })));
    if (round > 0) speeds.push((inputs * 5 * 1000) / ms);
  }
  clearInterval(look);
  const value = median(speeds);
  const aim = 20_000;
  return [
    {
      name: `${inputs} inputs through 5 transform nodes`,
      value,
      floor: aim,
      ratio: value / aim,
      unit: 'node runs/s',
      aim: '≥ 1.0',
    },
    {
      name: 'heap meanwhile',
      value: most / 2 ** 20,
      floor: 256,
      ratio: most / 2 ** 28,
      unit: 'MB',
      aim: '≤ 1.0',
    },
  ];
}

/** A run of 100,000 node runs that was stopped near its end. */
async function resumeOfMany(membrane: Membrane): Promise<Figure[]> {
  const total = 20_000;
  const given = Array.from({ length: total }, (_, number) => ({ name: 'Ada', number }));
  const { id } = await membrane.flows.queue('compute', { inputs: given });
  const stop = new AbortController();
  const driven = membrane.flows.runs.resume(id, { signal: stop.signal });
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { finished, state } = await membrane.flows.runs.show(id);
    if ((finished ?? 0) < total * 0.97 && state === 'running') continue;
    stop.abort(new Error('enough'));
    break;
  }
  const { state, finished } = await driven;
  if (state !== 'stopped') throw new Error(`the run was too fast to be stopped: ${state}`);
  const left = (total - (finished ?? 0)) * 5;
  const value = await timed(async () => void (await membrane.flows.runs.resume(id)));
  return [
    {
      name: `resume of ${total * 5} node runs, ${left} of them left`,
      value,
      floor: 1000,
      ratio: value / 1000,
      unit: 'ms',
      aim: '≤ 1.0',
    },
  ];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function makeProject(folder: string, address: string): void {
  mkdirSync(join(folder, 'flows'));
  writeFileSync(join(folder, 'membrane.yaml'), '');
  const requests = Array.from({ length: steps }, (_, step) => {
    const before = step === 0 ? '0' : `{$var: input.s${step - 1}.next}`;
    const links = step === steps - 1 ? '' : `, links: [{key: s${step + 1}}]`;
    return `  s${step}: {type: http-request, config: {request: {uri: ${address}/step, query: {after: ${before}}}}${links}}`;
  });
  writeFileSync(
    join(folder, 'flows/steps.yaml'),
    `nodes:\n  start: {type: api-trigger, links: [{key: s0}]}\n${requests.join('\n')}\n`,
  );
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const nodes = keys.map((key, index) => {
    const next = keys[index + 1];
    const links = next === undefined ? '' : `, links: [{key: ${next}}]`;
    return `  ${key}: {type: transform-data, config: {output: {name: {$concat: [{$var: input.name}, ' ', {$var: input.number}]}, ok: true}}${links}}`;
  });
  writeFileSync(
    join(folder, 'flows/compute.yaml'),
    `nodes:\n  start: {type: api-trigger, links: [{key: a}]}\n${nodes.join('\n')}\n`,
  );
  writeFileSync(
    join(folder, 'flows/nothing.yaml'),
    'nodes:\n  start: {type: api-trigger, links: [{key: a}]}\n  a: {type: transform-data, config: {output: 1}}\n',
  );
}

function startServer(): Promise<{ address: string; process: ChildProcess }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', stepServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.once('data', (text: Buffer) => resolve({ address: text.toString().trim(), process: child }));
  });
}

const stepServer = `import { createServer } from 'node:http';
const server = createServer((request, response) => {
  const after = Number(new URL(request.url, 'http://x').searchParams.get('after'));
  const body = JSON.stringify({ next: after + 1 });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}).listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

const gotScript = `import got from 'got';
const client = got.extend({ responseType: 'json', retry: { limit: 0 } });
async function steps(address, store = () => undefined) {
  let next = 0;
  for (let step = 0; step < ${steps}; step += 1) {
    const { body } = await client.get(address + '/step', { searchParams: { after: next } });
    store(step, body);
    next = body.next;
  }
  return next;
}
export async function loop(address, runs, file) {
  const { default: Database } = await import('libsql');
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE results (run INTEGER, step INTEGER, data TEXT, PRIMARY KEY (run, step))');
  const insert = database.prepare('INSERT INTO results VALUES (?, ?, ?)');
  for (let run = 0; run < runs; run += 1) await steps(address, (step, body) => insert.run(run, step, JSON.stringify(body)));
  database.close();
}
if (process.argv[1] === import.meta.filename) console.log(await steps(process.argv[2]));
`;
