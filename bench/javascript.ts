import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { createSandbox } from '../src/adapters/sandbox-quickjs.js';
import { systemClock } from '../src/adapters/clock-system.js';
import { cleanEnv, compare, median, root, type Figure } from './measure.js';

const calls = 1000;

/** What connector code typically is: some logic over its arguments, and an object as the result. */
const code = `export default ({ input, credentials }) => ({
  id: String(input.id),
  name: [input.first, input.last].filter(Boolean).join(' '),
  authorization: 'Bearer ' + credentials.token,
});`;
const argument = { input: { id: 7, first: 'Ada', last: 'Lovelace' }, credentials: { token: 'abc' } };
const call = {
  code,
  argument,
  clients: {},
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
  log: () => undefined,
  limits: { cpuMs: 10_000, resultBytes: 1_048_576 },
  signal: new AbortController().signal,
};

/** The sandbox against the same function called in Node with copies of its argument and result. */
export async function benchJavascript(): Promise<Figure[]> {
  const sandbox = await createSandbox({ clock: systemClock, memoryBytes: 64 * 1_048_576 });
  const later = await compare(
    9,
    () => perCall(() => sandbox.run(call)),
    () => perCall(async () => void JSON.parse(JSON.stringify(plain(JSON.parse(JSON.stringify(argument)))))),
  );
  let number = 0;
  const another = await compare(
    25,
    () => timed(() => sandbox.run({ ...call, code: `${code}\n// ${(number += 1)}` })),
    () => timed(async () => void new Script(`${(number += 1)}; (${plain.toString()})`).runInThisContext()),
  );
  return [
    figure('JavaScript, later calls (floor: plain function)', later, '< 0.3 ms'),
    figure('JavaScript, first call of another function', another, '< 5 ms'),
    figure('JavaScript, first call of a process', await firstOfProcess(), '< 5 ms'),
  ];
}

function figure(name: string, times: { value: number; floor: number }, aim: string): Figure {
  return { name, ...times, ratio: times.value / times.floor, unit: 'ms', aim };
}

function plain({ input, credentials }: typeof argument): object {
  return {
    id: String(input.id),
    name: [input.first, input.last].filter(Boolean).join(' '),
    authorization: `Bearer ${credentials.token}`,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function perCall(work: () => Promise<unknown>): Promise<number> {
  const whole = await timed(async () => {
    for (let i = 0; i < calls; i += 1) await work();
  });
  return whole / calls;
}

/** Loading, starting and calling, bundled as in the package, in processes that have done nothing else; the floor is WebAssembly itself. */
async function firstOfProcess(): Promise<{ value: number; floor: number }> {
  const adapter = join(root, 'dist/bench/sandbox.mjs');
  await build({
    entryPoints: [join(root, 'src/adapters/sandbox-quickjs.ts')],
    outfile: adapter,
    bundle: true,
    minify: true,
    keepNames: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const script = join(root, 'dist/bench/first-call.mjs');
  writeFileSync(script, firstCall);
  const times = Array.from({ length: 15 }, () => {
    const { stdout } = spawnSync(process.execPath, [script, JSON.stringify({ code, argument })], {
      env: cleanEnv(),
    });
    return JSON.parse(stdout.toString()) as { value: number; floor: number };
  });
  return { value: median(times.map(({ value }) => value)), floor: median(times.map(({ floor }) => floor)) };
}

const firstCall = `const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
let started = performance.now();
await WebAssembly.instantiate(empty);
const floor = performance.now() - started;
started = performance.now();
const { createSandbox } = await import('./sandbox.mjs');
const clock = { now: Date.now, sleep: () => Promise.resolve() };
const sandbox = await createSandbox({ clock, memoryBytes: 64 * 1048576 });
await sandbox.run({
  ...JSON.parse(process.argv[2]),
  clients: {},
  fetch: () => undefined,
  log: () => undefined,
  limits: { cpuMs: 10000, resultBytes: 1048576 },
  signal: new AbortController().signal,
});
console.log(JSON.stringify({ value: performance.now() - started, floor }));
`;
