import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCrm } from '../examples/crm/server.mjs';
import { repository, startCli } from './support/cli.js';
import { testProject } from './support/project.js';

describe('a run that is stopped in the middle of its request', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`by ${signal} ends cleanly with ${code}, and is logged`, async () => {
      const { project, asked } = await connectedProject();
      const running = startCli(['action', 'run', 'list-contacts'], { cwd: project.root, home: project.home });
      await asked;
      running.kill(signal);
      const stopped = await running.ended;
      expect({ code: stopped.code, stdout: stopped.stdout }).toEqual({ code, stdout: '' });

      const { stdout } = await project.run(['logs', '--type', 'action-run', '--json']);
      const { data } = JSON.parse(stdout) as { data: { state: string; data: { error: { code: string } } }[] };
      expect(data.map(({ state, data: facts }) => [state, facts.error.code])).toEqual([
        ['failed', 'run/failed'],
      ]);
    });
  }
});

it('code that computes without an end is stopped by Ctrl-C at once', async () => {
  const code = 'export default () => { console.log("it computes"); for (;;) {} }';
  const project = await testProject({
    'membrane.yaml': 'limits: {javascriptSeconds: 30}\n',
    'actions/loop.yaml': `type: run-javascript\nconfig:\n  code: '${code}'\n`,
  });
  const running = startCli(['action', 'run', 'loop'], { cwd: project.root, home: project.home });
  await running.printed('it computes');
  running.kill('SIGINT');
  const { code: exit, stdout, stderr } = await running.ended;
  expect({ exit, stdout, stderr }).toEqual({ exit: 130, stdout: '', stderr: 'it computes\nstopped\n' });
});

/** A project with a connection to a CRM that never lists its contacts; `asked` resolves when it is asked to. */
async function connectedProject() {
  let seen = (): void => undefined;
  const asked = new Promise<void>((resolve) => (seen = resolve));
  const crm = await startCrm({
    quirk: ({ url }) => {
      if (url?.startsWith('/contacts') !== true) return false;
      seen();
      return true;
    },
  });
  onTestFinished(crm.stop);
  const project = await testProject({}, { copy: path.join(repository, 'examples/crm') });
  const input = JSON.stringify({ apiKey: crm.apiKey, baseUri: crm.url });
  const { code, stderr } = await project.run(['connect', 'crm', '--input', '-'], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { project, asked };
}
