import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system.js';
import { openSqliteStore } from '../../src/adapters/store-sqlite.js';
import type { Clock, Store } from '../../src/core/ports.js';
import { openMembrane } from '../../src/membrane.js';
import { binFile, repository, startCli } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';
import { json, startServer, type Answer } from '../support/server.js';

/** A flow that asks a server, which leaves requests of a method unanswered until it is told not to. */
async function slowProject(slow = 'GET') {
  let answerNow: (() => void) | undefined;
  let quick = false;
  const answer: Answer = (response, request) => {
    if (quick || request.method !== slow) return json({ ok: true })(response, request);
    answerNow?.();
  };
  const server = await startServer({ '/slow': answer });
  onTestFinished(() => server.close());
  const project = await testProject({
    'membrane.yaml': '',
    'flows/slow.yaml': `nodes:
  start: {type: api-trigger, links: [{key: get}]}
  get:
    type: http-request
    config: {request: {uri: '${server.url}/slow'}}
    links: [{key: post}]
  post:
    type: http-request
    config: {request: {uri: '${server.url}/slow', method: POST, body: {}}}
    links: [{key: end}]
  end: {type: transform-data, config: {output: {$var: input.post.ok}}}
`,
  });
  return {
    project,
    server,
    /** Resolves when the server has got a request that it does not answer. */
    asked: () => new Promise<void>((resolve) => (answerNow = resolve)),
    hurry: () => (quick = true),
  };
}

const start = (project: TestProject, args: readonly string[]) =>
  startCli(args, { cwd: project.root, home: project.home });

async function runs(project: TestProject): Promise<{ id: string; state: string }[]> {
  const { stdout } = await project.run(['flow-run', 'list', '--json']);
  return (JSON.parse(stdout) as { data: { id: string; state: string }[] }).data;
}

describe('a run in one process', () => {
  it('is not driven by another one at the same time', async () => {
    const { project, asked, hurry } = await slowProject();
    const waiting = asked();
    const first = start(project, ['flow', 'run']);
    await waiting;
    const [{ id } = { id: '' }] = await runs(project);
    const second = await project.run(['flow', 'resume', id]);
    expect({ ...second, ms: 0 }).toEqual({
      code: 1,
      stdout: '',
      stderr: `error[flow/busy]: process ${first.pid} works on the run "${id}"
   = help: let it, or stop it first: membrane flow-run stop ${id}
`,
      ms: 0,
    });
    hurry();
    first.kill('SIGKILL');
    await first.ended;
    const third = await project.run(['flow', 'resume', id, '--json']);
    const { data } = JSON.parse(third.stdout) as { data: { state: string; nodes: object } };
    expect([third.code, data.state]).toEqual([0, 'completed']);
  });

  it('is stopped by another one within a second', async () => {
    const { project, asked } = await slowProject();
    const waiting = asked();
    const running = start(project, ['flow', 'run']);
    await waiting;
    const [{ id } = { id: '' }] = await runs(project);
    const stopped = await project.run(['flow-run', 'stop', id]);
    expect({ code: stopped.code, stderr: stopped.stderr }).toEqual({
      code: 0,
      stderr: `it is stopped; to go on: membrane flow resume ${id}\n`,
    });
    const { code, stdout } = await running.ended;
    expect([code, stdout.split('\n')[0]?.replace(/ in .*/, '')]).toEqual([1, `run ${id} of slow: stopped`]);
    expect(stopped.ms).toBeLessThan(3000); // a second, and the start of a process on a busy machine
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`that gets ${signal} leaves it stopped, and it can go on`, async () => {
      const { project, asked, hurry, server } = await slowProject();
      const waiting = asked();
      const running = start(project, ['flow', 'run']);
      await waiting;
      running.kill(signal);
      const ended = await running.ended;
      const [{ id, state } = { id: '', state: '' }] = await runs(project);
      expect({ code: ended.code, stdout: ended.stdout, stderr: ended.stderr, state }).toEqual({
        code,
        stdout: '',
        stderr: `the run goes on with: membrane flow resume ${id}\nstopped\n`,
        state: 'stopped',
      });
      hurry();
      expect((await project.run(['flow', 'resume', id])).code).toBe(0);
      expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
    });
  }

  it('that is killed in a post asks before it sends it again', async () => {
    const { project, asked, server, hurry } = await slowProject('POST');
    const waiting = asked();
    const running = start(project, ['flow', 'run']);
    await waiting;
    running.kill('SIGKILL');
    await running.ended;
    hurry();
    const [{ id } = { id: '' }] = await runs(project);
    const held = await project.run(['flow', 'resume', id]);
    expect([held.code, held.stdout.split('\n')[0]?.replace(/ in .*/, ''), held.stderr]).toEqual([
      1,
      `run ${id} of slow: interrupted`,
      `error[flow/interrupted]: the node "post" was cut off in a request that must not be sent twice unasked
  --> flows/slow.yaml:7:3
   |
 7 |   post:
   |   ^
   = help: look whether it arrived (membrane flow-run show ${id} 'start:0/get:0.0/post:0.0'); to send it again: membrane flow resume ${id} --retry-interrupted

to send again what was cut off: membrane flow resume ${id} --retry-interrupted
`,
    ]);
    expect((await project.run(['flow', 'resume', id, '--retry-interrupted'])).code).toBe(0);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  });

  it('goes on in the background, where that is asked for', async () => {
    const { project, hurry } = await slowProject();
    hurry();
    const { code, stdout, stderr } = await project.run(['flow', 'run', '--detach']);
    const id = stdout.trim();
    expect([code, stderr]).toEqual([0, `it runs in the background: membrane flow-run show ${id}\n`]);
    let state = '';
    while (state !== 'completed') {
      [{ state } = { state: '' }] = await runs(project);
      expect(['queued', 'running', 'completed']).toContain(state);
    }
  });
});

describe('a store that fails in the middle of a run', () => {
  const many = {
    'membrane.yaml': '',
    'flows/f.yaml': `nodes:
  start: {type: api-trigger, links: [{key: a}]}
  a: {type: transform-data, config: {output: {text: {$concat: [{$var: input.text}, {$var: input.n}]}}}}
`,
  };
  const inputs = Array.from({ length: 400 }, (_, n) => ({ n, text: 'x'.repeat(2000) }));

  it('because the disk is full: the error says so, and the run goes on later', async () => {
    const project = await testProject(many);
    writeFileSync(project.path('in.ndjson'), inputs.map((input) => JSON.stringify(input)).join('\n'));
    // a limit of the process on the size of files does what a full disk does: blocks of 1024 bytes
    const command = ['bash', '-c', `ulimit -f 1400; exec "${process.execPath}" "${binFile}" "$@"`, '-'];
    const full = await project.run(['flow', 'run', '--inputs', 'in.ndjson'], { command });
    const [{ id, state } = { id: '', state: '' }] = await runs(project);
    expect([full.code, state]).toEqual([1, 'running']);
    expect(full.stderr.split('\n').slice(-3)).toEqual([
      `error[store/unavailable]: "${project.path('.membrane/state.db')}" cannot be read or written`,
      `   = help: check that it is a file on a local disk, and that its folder can be entered; then let the run go on: membrane flow resume ${id}`,
      '',
    ]);
    const { code, stdout } = await project.run(['flow', 'resume', id]);
    expect([code, stdout.split('\n').slice(1)]).toEqual([
      0,
      ['start  api-trigger     400 runs', '└─ a   transform-data  400 runs', ''],
    ]);
  });

  it('because it cannot be written: the error says so, and the run works later', async () => {
    const project = await testProject(many);
    const folder = project.path('.membrane');
    mkdirSync(folder);
    for (const path of [dirname(project.root), project.root]) chmodSync(path, 0o755);
    chmodSync(folder, 0o555);
    // Nothing is forbidden to root, who is nobody here.
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const command = [...(process.getuid?.() === 0 ? nobody : []), process.execPath, binFile];
    const { code, stderr } = await project.run(['flow', 'run'], { command });
    expect([code, stderr.split('\n')[0]?.replace(/ \(\w+\)$/, '')]).toEqual([
      1,
      `error[store/read-only]: "${folder}" cannot be written`,
    ]);
    chmodSync(folder, 0o700);
    expect((await project.run(['flow', 'run'])).code).toBe(0);
  });

  it('because another process holds it for half a minute: the error says so, and the run goes on later', async () => {
    const project = await testProject(many);
    const file = project.path('.membrane/state.db');
    // Its half minute is over in half a second.
    const clock: Clock = {
      now: () => Date.now() * 60,
      sleep: (ms, signal) => systemClock.sleep(ms / 60, signal),
    };
    const store = await openSqliteStore({ file, synchronous: 'normal', clock });
    let other: ChildProcess | undefined;
    let written = 0;
    const locking: Store = {
      ...store,
      drawer: (name) => {
        const drawer = store.drawer(name);
        return {
          ...drawer,
          async put(rows, options) {
            if (name === 'node-run' && (written += 1) === 3) other = await hold(file);
            return drawer.put(rows, options);
          },
        };
      },
    };
    const membrane = await openMembrane({ cwd: project.root, ports: { store: async () => locking } });
    const { id } = await membrane.flows.queue('f', { inputs });
    const failed = await membrane.flows.runs.resume(id).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'store/busy',
      message: `another process is writing to "${file}" all the time`,
      hint: `try again when the other command is done; then let the run go on: membrane flow resume ${id}`,
    });
    other?.kill();
    if (other !== undefined) await once(other, 'close');
    await new Promise((resolve) => setTimeout(resolve, 600)); // until the lock of the run is stale
    const { state, nodes } = await membrane.flows.runs.resume(id);
    expect([state, nodes['a']?.runs]).toEqual(['completed', 400]);
    await membrane.close();
    await store.close();
  });
});

/** A process that begins to write to a database, and never comes to an end. */
async function hold(file: string): Promise<ChildProcess> {
  const script = `const Database = require('libsql');
    new Database(process.argv[1]).exec('BEGIN IMMEDIATE');
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--eval', script, file], { cwd: repository });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
