import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { validateProject } from '../../../src/project/validate.js';
import { testProject } from '../../support/project.js';
import { action, connector, describeAll, look, open, project } from './look.js';

const start = 'an element is an object: start from';

describe('the project', () => {
  it('must be there', async () => {
    const { root } = await testProject({});
    expect(() => open(root)).toThrow(
      expect.objectContaining({
        code: 'project/not-found',
        message: `no membrane.yaml in "${root}" or a folder above it`,
        hint: 'make a project here with "membrane init", or go to its folder',
      }),
    );
    expect(() => open(`${root}/nowhere`)).toThrow(
      expect.objectContaining({ code: 'usage/file', message: `there is no folder "${root}/nowhere"` }),
    );
  });

  it('may be empty, which is said', async () => {
    expect(await look({})).toEqual([
      'membrane.yaml:1:1-1:1 info[project/empty]: the project has no elements yet',
      ' = make one with "membrane new action KEY"',
    ]);
  });

  it('is checked as far as it goes when membrane.yaml is broken', async () => {
    expect(await look({ 'membrane.yaml': 'name: [\n', 'actions/a.yaml': `${action}colour: red\n` })).toEqual([
      'actions/a.yaml:6:1-6:7 error[schema/unknown-field]: unknown field "colour"',
      'membrane.yaml:1:7-1:8 error[yaml/syntax]: a list or object in brackets has no end, or goes on further to the left',
      ' = close it with "]", and indent all of it',
    ]);
    expect(await look({ 'membrane.yaml': '- a\n' })).toEqual([
      'membrane.yaml:1:1-1:4 error[schema/type]: the value must be an object, not a list',
    ]);
  });

  it('keeps what is right in a membrane.yaml that is wrong elsewhere', async () => {
    const opened = await project({
      'membrane.yaml': 'nmae: shop\nlimits:\n  actionSeconds: 0\nsecrets: file\nstore: fast\n',
    });
    expect(describeAll(opened.root, (await validateProject(opened, [])).diagnostics)).toEqual([
      'membrane.yaml:1:1-1:5 error[schema/unknown-field]: unknown field "nmae"',
      ' = did you mean "name"?',
      'membrane.yaml:3:18-3:19 error[schema/value]: "actionSeconds" must be more than 0',
      'membrane.yaml:5:8-5:12 error[schema/type]: "store" must be an object, not a string',
    ]);
    const { secrets, limits, store } = opened.config;
    expect({ secrets, actionMs: limits.actionMs, store }).toEqual({
      secrets: 'file',
      actionMs: 60_000,
      store: { synchronous: 'normal' },
    });
  });
});

describe('a file', () => {
  const cases: [string, string, string[]][] = [
    [
      'of broken YAML',
      'type: "http-request\n',
      ['actions/a.yaml:2:1-2:2 error[yaml/syntax]: a text in quotes has no end', ' = close it with "'],
    ],
    [
      'with a tab',
      'type: x\nconfig:\n\trequest: {}\n',
      [
        'actions/a.yaml:3:1-3:2 error[yaml/syntax]: a tab stands where YAML wants spaces',
        ' = indent with spaces',
      ],
    ],
    [
      'with a key twice',
      `${action}name: a\nname: b\n`,
      [
        'actions/a.yaml:7:1-7:5 error[yaml/duplicate-key]: the key "name" is given twice',
        ' = keep one of the two',
        ' + actions/a.yaml:6:1 first given here',
      ],
    ],
    [
      'with a tag',
      `${action}name: !env NAME\n`,
      [
        'actions/a.yaml:6:7-6:11 error[yaml/tag]: custom YAML tags are not allowed',
        ' = write the value without the tag',
      ],
    ],
    [
      'with an alias to nothing',
      `${action}name: *nobody\n`,
      ['actions/a.yaml:6:7-6:14 error[yaml/alias]: the alias "*nobody" has no anchor "&nobody" before it'],
    ],
    [
      'that is empty',
      '# nothing\n',
      [
        'actions/a.yaml:1:1-1:1 error[element/not-object]: the file is empty',
        ` = ${start} "membrane new action a"`,
      ],
    ],
    [
      'with a list',
      '- a\n',
      [
        'actions/a.yaml:1:1-1:1 error[element/not-object]: the file holds a list',
        ` = ${start} "membrane new action a"`,
      ],
    ],
    [
      'with a text',
      'hello\n',
      [
        'actions/a.yaml:1:1-1:1 error[element/not-object]: the file holds a single value',
        ` = ${start} "membrane new action a"`,
      ],
    ],
    [
      'with an unknown field',
      `${action}confg: {}\n`,
      [
        'actions/a.yaml:6:1-6:6 error[schema/unknown-field]: unknown field "confg"',
        ' = did you mean "config"?',
      ],
    ],
    [
      'with a wrong type',
      `${action}name: [a]\n`,
      ['actions/a.yaml:6:7-6:10 error[schema/type]: "name" must be a string, not a list'],
    ],
    [
      'with a missing field',
      'name: a\n',
      ['actions/a.yaml:1:1-1:8 error[schema/missing-field]: "type" is missing'],
    ],
    [
      'with a key of its own',
      `key: b\n${action}`,
      [
        'actions/a.yaml:1:6-1:7 error[element/key]: the key is "b", but the file is named "a"',
        ' = rename it to "b"; the key may also be left out',
      ],
    ],
    [
      'with an empty key',
      `key: ""\n${action}`,
      ['actions/a.yaml:1:6-1:8 error[schema/value]: "key" must not be empty'],
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(`${name} is one problem`, async () => {
      expect(await look({ 'actions/a.yaml': text })).toEqual(expected);
    });
  }

  it('may begin with a byte order mark, have windows line ends, anchors and merge keys', async () => {
    const aliased =
      'type: http-request\nconfig: {request: &r {uri: https://example.com, method: GET}}\nmeta: {r: *r, s: {<<: *r}}\n';
    expect(
      await look({
        'actions/bom.yaml': `\uFEFF${action}`,
        'actions/windows.yaml': action.replaceAll('\n', '\r\n'),
        'actions/aliased.yaml': aliased,
      }),
    ).toEqual([]);
  });

  it('with a bomb of aliases is stopped', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(await look({ 'actions/a.yaml': lines.join('\n') })).toEqual([
      'actions/a.yaml:5:45-5:48 error[yaml/alias]: aliases expand to more than 100000 values',
    ]);
  });

  it('of 10 MB is not even read', async () => {
    const found = await look({ 'actions/a.yaml': 'a'.repeat(10 * 1024 * 1024) });
    expect(found).toEqual([
      'actions/a.yaml:1:1-1:1 error[file/too-large]: the file has 10.0 MB',
      ' = an element file holds at most 5 MB; move data out of the project',
    ]);
  });

  it('that is no text is named', async () => {
    const help = ' = element files are YAML in UTF-8; save it as that, or move it out of the project';
    const found = await look({ 'actions/zero.yaml': 'a\0b' }, (root) =>
      writeFileSync(`${root}/actions/latin.yaml`, Buffer.from('name: caf\xe9\n', 'latin1')),
    );
    expect(found).toEqual([
      'actions/latin.yaml:1:1-1:1 error[file/binary]: the file is no UTF-8 text',
      help,
      'actions/zero.yaml:1:1-1:1 error[file/binary]: the file is no UTF-8 text',
      help,
    ]);
  });

  it('that cannot be read says why', async () => {
    const cannot = 'error[file/unreadable]: the file cannot be read:';
    const found = await look({}, (root) => {
      mkdirSync(`${root}/actions/folder/spec.yaml`, { recursive: true });
      symlinkSync('nowhere.yaml', `${root}/actions/dangling.yaml`);
      symlinkSync('b.yaml', `${root}/actions/a.yaml`);
      symlinkSync('a.yaml', `${root}/actions/b.yaml`);
      symlinkSync('/dev/null', `${root}/actions/device.yaml`);
    });
    expect(found).toEqual([
      `actions/a.yaml:1:1-1:1 ${cannot} its symbolic links form a circle`,
      `actions/b.yaml:1:1-1:1 ${cannot} its symbolic links form a circle`,
      `actions/dangling.yaml:1:1-1:1 ${cannot} it does not exist`,
      `actions/device.yaml:1:1-1:1 ${cannot} it is no plain file`,
      `actions/folder/spec.yaml:1:1-1:1 ${cannot} it is a folder`,
    ]);
  });

  it('or folder that may not be read says so', async () => {
    onTestFinished(() => process.seteuid?.(process.getuid?.() ?? 0));
    const found = await look({ 'actions/a.yaml': action, 'flows/a.yaml': '' }, (root) => {
      chmodSync(`${root}/actions/a.yaml`, 0);
      chmodSync(`${root}/flows`, 0);
      if (process.getuid?.() !== 0) return;
      chmodSync(root, 0o755);
      chmodSync(path.dirname(root), 0o755);
      process.seteuid?.(65534); // root may read everything: nobody looks
    });
    process.seteuid?.(process.getuid?.() ?? 0);
    expect(found).toEqual([
      'actions/a.yaml:1:1-1:1 error[file/unreadable]: the file cannot be read: permission denied',
      'flows:1:1-1:1 error[file/unreadable]: the folder cannot be read: permission denied',
    ]);
  });
});

describe('a folder', () => {
  it('without spec.yaml, or with a misspelt name, is named', async () => {
    const found = await look({
      'actions/a/notes.yaml': '',
      'actoins/b.yaml': action,
      'integrations/i/acton/b.yaml': action,
      'connectors/i/spec.yaml': connector,
      'docs/a.yaml': 'anything',
    });
    expect(found).toEqual([
      'actions/a:1:1-1:1 warning[file/unknown]: the folder "a" holds no spec.yaml',
      ' = write a/spec.yaml, or a file a.yaml beside the folder',
      'actoins:1:1-1:1 warning[file/unknown]: no kind has a folder "actoins"',
      ' = did you mean "actions"? nothing in this folder is loaded',
      'integrations/i/acton:1:1-1:1 warning[file/unknown]: no kind has a folder "acton"',
      ' = did you mean "actions"? nothing in this folder is loaded',
    ]);
  });

  it('that is a link to one above does not lead in circles', async () => {
    const found = await look({ 'connectors/i/spec.yaml': connector, 'actions/a.yaml': action }, (root) => {
      symlinkSync('..', `${root}/actions/up`);
      for (const name of ['i', 'j', 'k', 'l']) {
        mkdirSync(`${root}/integrations/${name}`, { recursive: true });
        symlinkSync('..', `${root}/integrations/${name}/integrations`);
      }
    });
    expect(found).toEqual([
      'actions/up:1:1-1:1 warning[file/unknown]: the folder "up" holds no spec.yaml',
      ' = write up/spec.yaml, or a file up.yaml beside the folder',
      ...['i', 'j', 'k', 'l'].flatMap((name) => [
        `integrations/${name}/integrations:1:1-1:1 warning[file/unknown]: the folder "integrations" stands inside a layer`,
        ' = move it to the root of the project or package; nothing in this folder is loaded',
      ]),
    ]);
  });

  it('may have the name of an export', async () => {
    const opened = await project({
      'app-data-schemas/a.yaml': 'schema: {}',
      'dataSchemas/b.yaml': 'schema: {}',
      'dataSources/c.yaml': 'path: c',
      'fieldMappings/d.yaml': '{}',
      'app-event-types/e.yaml': '{}',
      'external-event-types/f.yaml': '{}',
    });
    const names = ['data-schema', 'data-source', 'field-mapping', 'internal-event', 'external-event'];
    expect(names.map((name) => opened.list(name).map(({ ref }) => ref.key))).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
      ['e'],
      ['f'],
    ]);
  });
});

describe('two files for one element', () => {
  it('are an error in the second, also of two packages and whatever they are named', async () => {
    const twice = (name: string) => `error[element/duplicate]: action "${name}" is defined twice`;
    const found = await look({
      'actions/a.yaml': action,
      'actions/a/spec.yaml': action,
      'actions/b.yml': action,
      'packages/p/package.yaml': '',
      'packages/p/actions/b.yaml': action,
      'actions/c.yaml': `integrationKey: i\nkey: d\n${action}`,
      'integrations/i/actions/d.yaml': action,
      'connectors/i/spec.yaml': connector,
    });
    const help = ' = rename or remove one of the two';
    expect(found).toEqual([
      `actions/a.yaml:1:1-1:1 ${twice('a')}`,
      help,
      ' + actions/a/spec.yaml:1:1 first defined here',
      `integrations/i/actions/d.yaml:1:1-1:1 ${twice('d@i')}`,
      help,
      ' + actions/c.yaml:1:1 first defined here',
      `packages/p/actions/b.yaml:1:1-1:1 ${twice('b')}`,
      help,
      ' + actions/b.yml:1:1 first defined here',
    ]);
  });

  it('are found by keys that stand behind a byte order mark or are indented', async () => {
    for (const text of [
      `\uFEFFkey: b\n${action}`,
      ` key: b\n ${action.trimEnd().replaceAll('\n', '\n ')}\n`,
    ]) {
      const opened = await project({ 'actions/a.yaml': text });
      expect(opened.find({ kind: 'action', key: 'b' })?.files[0]?.file).toBe(
        path.join(opened.root, 'actions/a.yaml'),
      );
      expect(opened.find({ kind: 'action', key: 'a' })).toBe(undefined);
    }
  });
});

describe('an export', () => {
  it('has fields that nobody knows, and no connectors', async () => {
    const server = 'id: 6884791a95717cb90674866a\nrevision: 56f059e4\n';
    expect(
      await look({
        'actions/a.yaml': `${server}${action}novelty: 1\n`,
        'integrations/crm/spec.yaml': `${server}key: crm\n`,
      }),
    ).toEqual([
      'actions/a.yaml:8:1-8:8 info[export/unknown-field]: unknown field "novelty"',
      ' = it has no effect here; "membrane fmt --prune" takes it out',
      'integrations/crm/spec.yaml:1:1-3:9 info[export/connector]: no connector "crm"',
      ' = an export comes without connectors; nothing here can run',
    ]);
    expect(await look({ 'integrations/crm/spec.yaml': 'key: crm\n' })).toEqual([
      'integrations/crm/spec.yaml:1:1-1:9 error[ref/not-found]: no connector "crm"',
      ' = make it with "membrane new connector crm"',
    ]);
  });
});
