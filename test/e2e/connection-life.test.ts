import { describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.js';
import { testProject } from '../support/project.js';

const files = {
  'membrane.yaml': 'secrets: file\n',
  'connectors/erp/spec.yaml':
    'auth:\n  type: client-credentials\n  inputSchema: {type: object, properties: {apiKey: {type: string}}}\n' +
    '  makeApiClient: {type: mapping, mapping: {baseUri: http://127.0.0.1:9}}\n',
};

describe('two processes with one connection', () => {
  it('of which one renames and one deletes it, leave no half of it', async () => {
    const project = await testProject(files);
    const input = JSON.stringify({ apiKey: 'planted-secret' });
    for (let round = 0; round < 4; round += 1) {
      await project.run(['connect', 'erp', '--input', '-', '--no-test'], { input });
      const [renamed, removed] = await Promise.all([
        project.run(['connection', 'rename', 'erp', 'acme']),
        project.run(['connection', 'delete', 'erp', '--yes']),
      ]);
      const list = await project.run(['connection', 'list', '--json']);
      const left = (JSON.parse(list.stdout) as { data: { key: string }[] }).data.map(({ key }) => key);
      // Whoever is first wins: deleted is deleted; a renamed one is not found by its old key any more.
      const outcome = [renamed.code, removed.code, left];
      expect([
        [0, 0, []],
        [4, 0, []],
        [0, 4, ['acme']],
      ]).toContainEqual(outcome);
      if (left.length > 0) await project.run(['connection', 'delete', 'acme', '--yes']);
    }
    expect(JSON.parse(await project.read('.membrane/connections.json'))).toEqual({
      format: 1,
      connections: [],
    });
  });

  it('of which both configure its integration, lose nothing of what either gave', async () => {
    const schema = 'parametersSchema: {type: object, properties: {a: {type: string}, b: {type: string}}}\n';
    const project = await testProject({
      ...files,
      'connectors/erp/spec.yaml': schema + files['connectors/erp/spec.yaml'],
    });
    const results = await Promise.all(
      ['a', 'b'].map((name) => project.run(['integration', 'configure', 'erp', '--set', `${name}=1`])),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    const shown = await project.run(['integration', 'show', 'erp', '--json']);
    const { parameters } = (JSON.parse(shown.stdout) as { data: { parameters: { from: string }[] } }).data;
    expect(parameters.map(({ from }) => from)).toEqual(['configured', 'configured']);
  });
});

describe('processes that are killed while they connect', () => {
  it('leave secrets that nothing names, until the doctor looks', async () => {
    const project = await testProject(files);
    const input = JSON.stringify({ apiKey: 'planted-secret' });
    const kept = async () => {
      const file = JSON.parse(await project.read('.membrane/secrets.json')) as { secrets: object };
      // What is kept of nobody is what a store was probed with.
      return Object.keys(file.secrets).filter((address) => address.startsWith('local/')).length;
    };
    await project.run(['connect', 'erp', '--input', '-', '--no-test'], { input });
    for (let round = 0; round < 10; round += 1) {
      const how = { cwd: project.root, home: project.home, input };
      const running = startCli(
        ['connect', 'erp', '--key', `round-${round}`, '--input', '-', '--no-test'],
        how,
      );
      // From before the first secret is written until after the connection is.
      setTimeout(() => running.kill('SIGKILL'), 200 + round * 10);
      await running.ended;
    }
    expect((await project.run(['doctor', '--offline'])).code).toBe(0);
    const list = await project.run(['connection', 'list', '--json']);
    expect(await kept()).toBe((JSON.parse(list.stdout) as { data: unknown[] }).data.length);
  });
});
