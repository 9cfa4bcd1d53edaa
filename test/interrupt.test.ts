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
