import { expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';

const flow = `enabled: true
nodes:
  start: {type: app-event-trigger, config: {appEvent: {key: signed-up}}, links: [{key: out}]}
  out: {type: transform-data, config: {output: {$var: input.start.n}}}
`;

const files = {
  'membrane.yaml': 'watch: {eventsPerRun: 1}\n',
  'flows/welcome.yaml': flow,
  'internal-events/signed-up.yaml': 'name: Signed up\n',
};

const start = ({ root, home }: TestProject, ...args: string[]) => startCli(args, { cwd: root, home });

it('two watchers share the work: each event becomes one run, each run is done once', async () => {
  const project = await testProject(files);
  const watchers = [start(project, 'watch', '--json'), start(project, 'watch', '--json')];
  await Promise.all(watchers.map((one) => one.printed('"started"')));
  const events = Array.from({ length: 20 }, (_, n) => ({ n }));
  const listener = start(project, 'event', 'listen', '--since', '1h', '--json');
  await project.run(['event', 'emit', 'signed-up', '--data', JSON.stringify(events)]);
  await listener.printed('"n":19');
  await expect
    .poll(async () => {
      const { stdout } = await project.run(['flow-run', 'list', '--state', 'completed', '--json']);
      return (JSON.parse(stdout) as { data: object[] }).data.length;
    })
    .toBe(20);
  for (const one of [...watchers, listener]) one.kill('SIGTERM');
  const ended = await Promise.all(watchers.map((one) => one.ended));
  expect(ended.map(({ code }) => code)).toEqual([143, 143]);
  const lines = ended.flatMap(({ stdout }) => stdout.trim().split('\n'));
  const said = lines.map((line) => JSON.parse(line) as { type: string; run?: string; state?: string });
  const runs = said
    .filter(({ type, state }) => type === 'run' && state === 'completed')
    .map(({ run }) => run);
  expect([runs.length, new Set(runs).size]).toEqual([20, 20]);
  const heard = (await listener.ended).stdout.trim().split('\n');
  const payloads = heard.map((line) => (JSON.parse(line) as { payload: object }).payload);
  expect([(await listener.ended).code, payloads]).toEqual([143, events]);
}, 60_000);

it('ends with Ctrl-C, also with two at once', async () => {
  const project = await testProject(files);
  const watcher = start(project, 'watch');
  await watcher.printed('watching 1 subscription');
  watcher.kill('SIGINT');
  expect((await watcher.ended).code).toBe(130);
  expect((await watcher.ended).stderr).toBe('stopped\n');
  const other = start(project, 'watch');
  await other.printed('watching 1 subscription');
  other.kill('SIGINT');
  other.kill('SIGINT');
  expect(['SIGINT', 130]).toContain((await other.ended).code);
});

it('--only with a name of none, and --once with what fails, say so with their exit codes', async () => {
  const project = await testProject(files);
  const none = await project.run(['watch', '--only', 'flow/welcom']);
  expect([none.code, none.stdout, none.stderr]).toEqual([
    2,
    '',
    'error[element/not-found]: no subscription "flow/welcom"\n   = help: did you mean "flow/welcome"?\n',
  ]);
  expect((await project.run(['watch', '--once'])).code).toBe(0);
  await project.write(
    'flows/welcome.yaml',
    flow.replace(
      'type: transform-data, config: {output: {$var: input.start.n}}',
      "type: http-request, config: {request: {uri: 'http://127.0.0.1:1/', method: POST}}",
    ),
  );
  await project.run(['event', 'emit', 'signed-up', '--data', '{"n": 1}']);
  const failed = await project.run(['watch', '--once']);
  expect([failed.code, failed.stdout.trim().split(' ').at(-1)]).toEqual([1, 'failed']);
});
