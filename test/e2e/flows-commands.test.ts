import { describe, expect, it, onTestFinished } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';
import { startServer, type Answer } from '../support/server.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';

/** A flow that asks a server which answers only when it is told to. */
async function waitingProject() {
  let answerNow: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (answerNow = resolve));
  const answer: Answer = async (response) => {
    await released;
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  };
  const server = await startServer({ '/slow': answer });
  onTestFinished(() => server.close());
  const project = await testProject({
    'membrane.yaml': '',
    'flows/slow.yaml': `nodes:
  start: {type: api-trigger, links: [{key: quick}]}
  quick: {type: transform-data, config: {output: {$var: input.n}}, links: [{key: get}]}
  get:
    type: http-request
    concurrency: 3
    config: {request: {uri: '${server.url}/slow'}}
    links: [{key: end}]
  end: {type: transform-data, config: {output: {$var: input.get.ok}}}
`,
    'in.ndjson': '{"n":1}\n{"n":2}\n{"n":3}\n',
  });
  return { project, answerNow };
}

describe.skipIf(!hasTerminal)('at a terminal', () => {
  it('a run is a tree with what its nodes do, and a summary at its end', async () => {
    const { project, answerNow } = await waitingProject();
    const terminal = openTerminal(project, ['flow', 'run', '--inputs', 'in.ndjson']);
    await terminal.shows('└─ get     http-request    3 now');
    expect(terminal.text()).toMatch(/└─ quick {6}transform-data {2}3 runs, \d+ ms each/);
    answerNow();
    await terminal.shows('completed in');
    expect(await terminal.ended).toBe(0);
    const summary = terminal.text().slice(terminal.text().lastIndexOf('run 0'));
    expect(
      summary
        .replaceAll('\r', '')
        .replace(/\w{26}/, 'ID')
        .replace(/in [\d.]+ m?s/, 'in N')
        .trimEnd(),
    ).toBe(
      `run ID of slow: completed in N
start         api-trigger     3 runs
└─ quick      transform-data  3 runs
   └─ get     http-request    3 runs
      └─ end  transform-data  3 runs`,
    );
  });
});

it('a detached run says how to follow it, and the log shows it come to its end', async () => {
  const { project, answerNow } = await waitingProject();
  const run = await project.run(['flow', 'run', '--inputs', 'in.ndjson', '--detach']);
  const id = run.stdout.trim();
  expect({ code: run.code, stderr: run.stderr }).toEqual({
    code: 0,
    stderr: `it runs in the background: membrane flow-run show ${id}\n`,
  });
  const following = startCli(
    ['logs', '--follow', '--since', '1h', '--type', 'flow-run', '--format', 'ndjson'],
    {
      cwd: project.root,
      home: project.home,
    },
  );
  answerNow();
  let shown = '';
  for (let tries = 0; tries < 60 && !shown.includes('completed'); tries += 1)
    shown = (await project.run(['flow-run', 'show', id])).stdout;
  expect(shown.split('\n')[0]?.replace(/ in .*/, '')).toBe(`run ${id} of slow: completed`);
  await following.printed('"state":"completed"');
  following.kill('SIGINT');
  expect((await following.ended).code).toBe(130);
});
