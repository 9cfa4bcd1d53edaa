import { describe, expect, it } from 'vitest';
import { action, look, project } from './look.js';

describe('packages', () => {
  it('are folders and npm packages, whose elements are there as all others', async () => {
    const opened = await project({
      'membrane.yaml': 'packages:\n  - packages/*\n  - "@acme/crm"\n',
      'packages/one/package.yaml': 'key: first\nversion: 1.0.0\ndependencies:\n  "@acme/crm": ^1.0.0\n',
      'packages/one/actions/a.yaml': action,
      'node_modules/@acme/crm/package.json': '{"name": "@acme/crm"}',
      'node_modules/@acme/crm/package.yaml': '',
      'node_modules/@acme/crm/actions/b.yaml': action,
    });
    expect(opened.list('action').map((element) => [element.ref.key, element.package])).toEqual([
      ['a', 'first'],
      ['b', '@acme/crm'],
    ]);
    expect(opened.parts.diagnostics).toEqual([]);
  });

  it('that are not there, or are none, are named', async () => {
    const found = await look({
      'membrane.yaml': 'packages: [gone, installed, libs/here]\n',
      'node_modules/installed/package.json': '{}',
      'libs/here/actions/a.yaml': action,
    });
    const help = ' = a package is a folder with a package.yaml, which may be empty';
    expect(found).toEqual([
      'membrane.yaml:1:12-1:16 error[project/package]: no package "gone"',
      ' = make the folder, or install it: npm install gone',
      'membrane.yaml:1:18-1:27 error[project/package]: the npm package "installed" holds no package.yaml',
      help,
      'membrane.yaml:1:29-1:38 error[project/package]: the folder "libs/here" holds no package.yaml',
      help,
    ]);
  });

  it('with wrong files, the same key or a dependency that is missing say so', async () => {
    const found = await look({
      'packages/a/package.yaml': 'key: x\nversion: 1\n',
      'packages/b/package.yaml': 'key: x\ndependencies:\n  y: ^1.0.0\n',
      'packages/c/package.yaml': '- c\n',
      'packages/d/package.yaml': 'key: [\n',
    });
    expect(found).toEqual([
      'packages/a/package.yaml:2:10-2:11 error[schema/type]: "version" must be a string, not a number',
      'packages/b/package.yaml:1:1-1:1 error[project/package]: two packages have the key "x"',
      ' = give one of them another "key"',
      ' + packages/a/package.yaml:1:1 the other one',
      'packages/b/package.yaml:3:3-3:4 error[project/package]: the package needs "y", which is not in the project',
      ' = add it to "packages" of membrane.yaml',
      'packages/c/package.yaml:1:1-1:4 error[schema/type]: the value must be an object, not a list',
      'packages/d/package.yaml:1:6-1:7 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
    ]);
  });

  it('of npm are named by their folder where package.json is broken', async () => {
    const opened = await project({
      'membrane.yaml': 'packages: [crm]\n',
      'node_modules/crm/package.json': '{',
      'node_modules/crm/package.yaml': '',
      'node_modules/crm/actions/b.yaml': action,
    });
    expect(opened.list('action').map((element) => element.package)).toEqual(['crm']);
  });
});
