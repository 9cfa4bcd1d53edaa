/**
 * What `docs/guarantees.md` says of flow runs, with real processes and a server that remembers every request:
 * `npm run test:kill`, for minutes with `-- --long`. Prints what it saw, and at last one JSON object.
 */
import { rmSync } from 'node:fs';
import { openMembrane, type Membrane } from '../../src/membrane.js';
import { drive, type DrivePlan } from './crew.js';
import { makeProject } from './project.js';
import { startRecorder } from './server.js';

const long = process.argv.includes('--long');
const wantedKills = long ? 500 : 60;
/** So many runs at once: most of the time they wait for the server. */
const lines = 4;

const problems: string[] = [];
const check = (holds: boolean, problem: string): void => {
  if (!holds) problems.push(problem);
};

const recorder = await startRecorder();
let killsLanded = 0;
let interrupted = 0;
/** Requests that somebody decided to send again, by the mark of their run. */
const decided = new Set<string>();

/** What a run gave: state and output of each node run. */
async function told(membrane: Membrane, run: string): Promise<string> {
  const seen: unknown[] = [];
  for await (const { id, state, output } of membrane.flows.runs.nodes(run)) seen.push([id, state, output]);
  const { nodes, state } = await membrane.flows.runs.show(run);
  seen.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return JSON.stringify([state, nodes, seen]);
}

let marks = 0;

/** Drives a run to its end, through kills: `plan` says what becomes of each process. */
async function throughKills(
  root: string,
  membrane: Membrane,
  plan: (time: number) => Partial<DrivePlan>,
): Promise<{ run: string; mark: string }> {
  const mark = `m${(marks += 1)}`;
  let run: string | undefined;
  let retry = false;
  for (let time = 0; ; time += 1) {
    const driven = await drive({ root, run, mark, retry, ...plan(time) });
    run = driven.run;
    if (driven.killed) killsLanded += 1;
    check(!driven.failed, `${mark}: a process failed`);
    if (driven.failed) throw new Error(`a process failed: ${root} ${run}`);
    if (run === undefined || driven.state === undefined) continue;
    if (driven.state !== 'interrupted') return { run, mark };
    retry = true;
    await noteInterrupted(membrane, run, mark);
  }
}

/** The run says which requests nobody knows the end of; a person decides that they are sent again. */
async function noteInterrupted(membrane: Membrane, run: string, mark: string): Promise<void> {
  const { failures } = await membrane.flows.runs.show(run);
  check(failures.length > 0, `${mark}: interrupted, and does not say where`);
  for (const { id, node } of failures) {
    interrupted += 1;
    const input = (await membrane.flows.runs.input(run, id)) as {
      customer: number;
      items?: { item: string };
    };
    const asked = node === 'vip' ? { customer: input.customer } : { item: input.items?.item };
    decided.add(`${mark} POST /${node} ${JSON.stringify(asked)}`);
  }
}

const root = makeProject(recorder.url);
const membrane = await openMembrane({ cwd: root });
const started = Date.now();
let outputsEqual = true;
try {
  console.log('an undisturbed run …');
  const calm = await throughKills(root, membrane, () => ({}));
  const wanted = await told(membrane, calm.run);
  const compare = async ({ run, mark }: { run: string; mark: string }): Promise<void> => {
    const same = (await told(membrane, run)) === wanted;
    outputsEqual &&= same;
    check(same, `${mark}: the outputs are others than those of an undisturbed run`);
  };

  console.log(`kills at random moments, until ${wantedKills} have landed …`);
  const line = async (): Promise<void> => {
    while (killsLanded < wantedKills) {
      await compare(
        await throughKills(root, membrane, () =>
          killsLanded < wantedKills ? { killAfterMs: Math.random() * 220 } : {},
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: lines }, line));

  console.log('kills at points …');
  const points = ['flow-input', 'flow-revision', 'flow-run', 'node-run'].flatMap((drawer) => [
    `before-write:${drawer}`,
    `after-write:${drawer}`,
  ]);
  points.push('before-lock', 'after-lock');
  for (const sort of ['GET', 'PUT', 'POST', 'KEYED'])
    points.push(`before-request:${sort}`, `after-request:${sort}`);
  const waiting = points.flatMap((name) => {
    const often = /node-run|request/.test(name);
    const numbers = often
      ? long
        ? range(1, 24)
        : [1 + Math.floor(Math.random() * 6)]
      : long
        ? [1, 2, 3]
        : [1];
    return numbers.map((number) => `${name}:${number}`);
  });
  const pointLine = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      const name = fault;
      await compare(await throughKills(root, membrane, (time) => (time === 0 ? { fault: name } : {})));
    }
  };
  await Promise.all(Array.from({ length: lines }, pointLine));
} finally {
  await membrane.close();
  await recorder.close();
}

const perRequest = new Map<string, { idempotent: boolean; keys: Set<string | undefined>; times: number }>();
for (const { mark, what, idempotent, key } of recorder.arrived) {
  const name = `${mark} ${what}`;
  const of = perRequest.get(name) ?? { idempotent, keys: new Set(), times: 0 };
  perRequest.set(name, of);
  of.keys.add(key);
  of.times += 1;
}
let [repeatedIdempotent, repeatedOther] = [0, 0];
for (const [name, { idempotent, keys, times }] of perRequest) {
  check(keys.size === 1, `${name}: repeated under another key`);
  if (times === 1) continue;
  if (idempotent) repeatedIdempotent += 1;
  else if (!decided.has(name)) {
    repeatedOther += 1;
    problems.push(`${name}: arrived ${times} times, and nobody asked for that`);
  }
}
const requestsOfRun = [...perRequest.keys()].filter((name) => name.startsWith('m1 ')).length;
check(
  perRequest.size === requestsOfRun * marks,
  `${perRequest.size} requests of ${marks} runs, not ${requestsOfRun} each`,
);
for (const problem of problems) console.log(`PROBLEM ${problem}`);
const seconds = Math.round((Date.now() - started) / 1000);
const ok = problems.length === 0;
const requests = recorder.arrived.length;
console.log(
  JSON.stringify({
    ok,
    killsLanded,
    runs: marks,
    requests,
    repeatedIdempotent,
    repeatedOther,
    interrupted,
    outputsEqual,
    seconds,
  }),
);
rmSync(root, { recursive: true, force: true, maxRetries: 3 });
process.exitCode = ok ? 0 : 1;

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
