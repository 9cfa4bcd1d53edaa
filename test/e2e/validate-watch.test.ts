import { describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';

const action = (uri: string): string => `type: http-request
config:
  request:
    uri: ${uri}
    method: GET
`;

describe('membrane validate --watch', () => {
  it('checks again when a file changes, and shows the text as it is now', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'actions/one.yaml': action('https://example.com'),
    });
    const cli = startCli(['validate', '--watch'], { cwd: project.root, home: project.home });
    await cli.printed('valid: 1 element');
    await project.write('actions/one.yaml', 'typ: http-request\n');
    await cli.printed('1 error');
    await project.write('actions/one.yaml', `type: [\n`);
    await cli.printed('type: [');
    await project.write('actions/two.yaml', action('https://example.com'));
    await project.write('actions/one.yaml', action('https://example.org'));
    await cli.printed('valid: 2 elements');
    cli.kill('SIGINT');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(130);
    expect(stdout.split('\n')[0]).toBe('valid: 1 element in 1 file');
  });

  it('prints a line for each time with --json', async () => {
    const project = await testProject({ 'membrane.yaml': '', 'actions/one.yaml': 'typ: x\n' });
    const cli = startCli(['validate', '--watch', '--json'], { cwd: project.root, home: project.home });
    await cli.printed('\n');
    await project.write('actions/one.yaml', action('https://example.com'));
    await cli.printed('"ok":true');
    cli.kill('SIGINT');
    const { stdout } = await cli.ended;
    const facts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; data: { errors: number } });
    expect(facts.map(({ ok, data }) => [ok, data.errors])).toEqual([
      [false, 1],
      [true, 0],
    ]);
  });

  it('does not go with --fix', async () => {
    const project = await testProject({ 'membrane.yaml': '' });
    const cli = startCli(['validate', '--watch', '--fix'], { cwd: project.root, home: project.home });
    const { code, stderr } = await cli.ended;
    expect([code, stderr]).toEqual([
      2,
      'error[usage/argument]: "--watch" does not go with "--fix"\n   = help: fix first, then watch\n',
    ]);
  });
});
