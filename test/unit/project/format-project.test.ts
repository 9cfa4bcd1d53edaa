import { describe, expect, it } from 'vitest';
import { formatProject } from '../../../src/authoring.js';
import { openMembrane } from '../../../src/membrane.js';
import { testProject, type TestProject } from '../../support/project.js';

async function format(
  project: TestProject,
  options: { prune?: boolean; check?: boolean; paths?: string[] } = {},
) {
  const { changed, files, diagnostics } = await formatProject({ cwd: project.root, ...options });
  const names = changed.map((file) => file.slice(project.root.length + 1));
  return { changed: names, files, diagnostics: diagnostics.map(({ code }) => code) };
}

const request = 'config:\n  request:\n    uri: https://a.example\n';

describe('all files of a project', () => {
  it('each by its own schema', async () => {
    const project = await testProject({
      'membrane.yaml': 'secrets: file\nname: x\n',
      'packages/a/package.yaml': 'version: 1.0.0\nkey: a\n',
      'packages/a/actions/b.yml': `type: http-request\nname: B\n${request}`,
      'connections/c/connection.yaml': 'tenantKey:   t\n',
      'connectors/d/spec.yaml': 'auth:\n  type: none\nname: D\n',
      'connectors/d/auth/test.rest.yml': 'method: GET\npath: /x\n',
      'connectors/d/auth/make-api-client.map.yml': 'b: 1\na: 2\n',
      'README.yaml': 'b:   1\n',
    });
    const all = [
      'connections/c/connection.yaml',
      'connectors/d/auth/test.rest.yml',
      'connectors/d/spec.yaml',
      'membrane.yaml',
      'packages/a/actions/b.yml',
      'packages/a/package.yaml',
    ];
    expect(await format(project, { check: true })).toEqual({ changed: all, files: 7, diagnostics: [] });
    expect(await project.read('membrane.yaml')).toBe('secrets: file\nname: x\n');
    expect(await format(project)).toEqual({ changed: all, files: 7, diagnostics: [] });
    expect(await format(project)).toEqual({ changed: [], files: 7, diagnostics: [] });
    expect(await project.read('membrane.yaml')).toBe('name: x\nsecrets: file\n');
    expect(await project.read('connectors/d/auth/test.rest.yml')).toBe('path: /x\nmethod: GET\n');
    expect(await project.read('connectors/d/auth/make-api-client.map.yml')).toBe('b: 1\na: 2\n');
  });

  it('but those below other paths, and those of packages from npm', async () => {
    const project = await testProject({
      'membrane.yaml': 'packages: [dep]\nname: x\n',
      'actions/a.yaml': `type: http-request\nname: A\n${request}`,
      'node_modules/dep/package.yaml': 'version: 1.0.0\nkey: dep\n',
    });
    expect(await format(project, { paths: [project.path('actions')] })).toEqual({
      changed: ['actions/a.yaml'],
      files: 1,
      diagnostics: [],
    });
    expect((await format(project)).changed).toEqual(['membrane.yaml']);
    await expect(format(project, { paths: [project.path('nothing')] })).rejects.toMatchObject({
      code: 'usage/file',
    });
  });

  it('and says which have errors', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'actions/a.yaml': 'type: [\n',
      'actions/b.yaml': 'a: 1\na: 2\n',
    });
    expect(await format(project)).toEqual({
      changed: [],
      files: 3,
      diagnostics: ['yaml/syntax', 'yaml/duplicate-key'],
    });
  });
});

describe('prune', () => {
  const exported = 'id: a1\nrevision: r1\nstate: READY\nisDeactivated: false\ncreatedAt: now\nmadeUp: 1\n';

  it('takes out what has no effect, and the project is as right as it was', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'actions/a.yaml': `${exported}type: http-request\nname: A\n${request}`,
    });
    await format(project, { prune: true });
    expect(await project.read('actions/a.yaml')).toBe(
      `name: A\nisDeactivated: false\ntype: http-request\n${request}`,
    );
    const membrane = await openMembrane({ cwd: project.root });
    expect((await membrane.validate()).diagnostics).toEqual([]);
    await membrane.close();
  });

  it('keeps an id by which another element refers, a misspelt field, and what makes an integration an export', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'data-sources/contacts.yaml': `${exported}name: C\n`,
      'field-mappings/m.yaml': 'dataSourceKey: a1\ndirection: both\n',
      'integrations/hub.yaml': `${exported}name: Hub\n`,
      'actions/a.yaml': `${exported}inputSchemas: {}\ntype: http-request\n${request}`,
    });
    await format(project, { prune: true });
    expect(await project.read('data-sources/contacts.yaml')).toBe('name: C\nisDeactivated: false\nid: a1\n');
    expect(await project.read('integrations/hub.yaml')).toBe(
      'name: Hub\nisDeactivated: false\nid: a1\nrevision: r1\n',
    );
    expect(await project.read('actions/a.yaml')).toBe(
      `isDeactivated: false\ntype: http-request\n${request}id: a1\nrevision: r1\ninputSchemas: {}\n`,
    );
  });
});
