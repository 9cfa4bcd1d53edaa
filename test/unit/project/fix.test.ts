import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnostic, type Diagnostic } from '../../../src/core/diagnostic.js';
import { fixProject } from '../../../src/membrane.js';
import { applyFixes } from '../../../src/project/apply-fixes.js';
import { withFix } from '../../../src/project/fix.js';
import { offsetOf } from '../../../src/project/positions.js';
import { repository } from '../../support/cli.js';
import { testProject } from '../../support/project.js';

/** What is written for what stands between « and », where `meant` was meant. */
function fixed(marked: string, meant: string, details: { suggestion?: string } = {}): string | undefined {
  const text = marked.replace(/[«»]/g, '');
  const column = marked.indexOf('«') + 1;
  const endColumn = marked.indexOf('»');
  const span = { file: '/a.yaml', line: 1, column, endLine: 1, endColumn };
  const help = details.suggestion === undefined ? `did you mean "${meant}"?` : 'write it';
  const { fix } = withFix(diagnostic('ref/not-found', 'no', span, { help, ...details }), () => text);
  if (fix === undefined || 'rename' in fix) return undefined;
  return fix.edits.reduce((before, edit) => {
    const start = offsetOf(before, edit.span.line, edit.span.column);
    return before.slice(0, start) + edit.text + before.slice(start + edit.was.length);
  }, text);
}

describe('a fix', () => {
  it.each([
    ['key: «contcts» # whose', 'contacts', 'key: contacts # whose'],
    ["key: «'contcts'»", "cont'acts", "key: 'cont''acts'"],
    ['key: «"contcts"»', 'contacts', 'key: "contacts"'],
    ['«metod»: GET', 'method', 'method: GET'],
    ['{«$concta»: [a]}', '$concat', '{$concat: [a]}'],
    ['$var: «input.emial»', 'email', '$var: input.email'],
    ['$var: «$.emial.emial.value»', 'email', '$var: $.emial.email.value'],
    ['$var: «input.list[0].nmae»', 'name', '$var: input.list[0].name'],
    ["$var: «input['e mial'].x»", 'e mail', "$var: input['e mail'].x"],
    ['$var: «input.a\\.bcd»', 'a.bce', '$var: input.a\\.bce'],
    ['$var: «"input.emial"»', 'email', '$var: "input.email"'],
  ])('of %s is %s', (marked, meant, result) => {
    expect(fixed(marked, meant)).toBe(result);
  });

  it('is what a check suggests, however far it is from what stands there', () => {
    expect(fixed('type: «for-each-v2»', '', { suggestion: 'for-each' })).toBe('type: for-each');
  });

  it.each([
    ['key: «*contcts»', 'contacts'],
    ['key: «5»', '6'],
    ['key: «[contcts]»', 'contacts'],
    ['key: «contcts»', 'con: tacts'],
    ['key: «contcts»', 'contacts #1'],
    ['$var: «input.zebra»', 'email'],
    ['key: «»', 'contacts'],
  ])('of %s with %s is none', (marked, meant) => {
    expect(fixed(marked, meant)).toBeUndefined();
  });

  it('is none where several names are near', async () => {
    const { root, read } = await testProject({
      'membrane.yaml': '',
      'data-link-tables/contact.yaml': '',
      'data-sources/contact.yaml': 'udm: contacts\n',
      'data-sources/contacts.yaml': 'udm: contacts\n',
      'field-mappings/people.yaml': 'dataSourceKey: contac\n',
    });
    const { fixed: made } = await fixProject({ cwd: root });
    expect(made).toEqual([]);
    expect(await read('field-mappings/people.yaml')).toBe('dataSourceKey: contac\n');
  });
});

const request = (field: string) => `# by hand
type: http-request
config:
  request:   # keep me
    uri:   "https://example.com"
    ${field}
`;

describe('fixing a project', () => {
  it('keeps comments, layout, mode, mark and line ends, and goes on with what a fix brought to light', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'actions/a.yaml': request('metod:  GET # yes'),
      'actions/b.yaml': `\uFEFF${request('metod: GETT').replaceAll('\n', '\r\n')}`,
    });
    chmodSync(project.path('actions/a.yaml'), 0o664);
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root });
    expect(diagnostics).toEqual([]);
    expect(made.map(({ fix }) => fix.title)).toEqual([
      'write "method" for "metod"',
      'write "method" for "metod"',
      'write "GET" for "GETT"',
    ]);
    expect(await project.read('actions/a.yaml')).toBe(request('method:  GET # yes'));
    expect(await project.read('actions/b.yaml')).toBe(
      `\uFEFF${request('method: GET').replaceAll('\n', '\r\n')}`,
    );
    expect(statSync(project.path('actions/a.yaml')).mode & 0o777).toBe(0o664);
    expect(readdirSync(project.path('actions'))).toEqual(['a.yaml', 'b.yaml']);
  });

  it('changes nothing in a dry run, and says what it would', async () => {
    const project = await testProject({ 'membrane.yaml': '', 'actions/a.yaml': request('metod: GET') });
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root, dryRun: true });
    expect(made.map(({ fix }) => fix.title)).toEqual(['write "method" for "metod"']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['schema/unknown-field']);
    expect(await project.read('actions/a.yaml')).toBe(request('metod: GET'));
  });

  it('stays inside of the paths', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'actions/a.yaml': request('metod: GET'),
      'actions/b.yaml': request('metod: GET'),
    });
    const { fixed: made } = await fixProject({ cwd: project.root, paths: ['actions/b.yaml'] });
    expect(made.length).toBe(1);
    expect(await project.read('actions/a.yaml')).toBe(request('metod: GET'));
  });

  it('never makes a file unreadable: a field that would be there twice stays', async () => {
    const text = `${request('metod: GET')}    methd: POST\n`;
    const project = await testProject({ 'membrane.yaml': '', 'actions/a.yaml': text });
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root });
    expect(made.length).toBe(1);
    expect(diagnostics.map(({ code }) => code)).toEqual(['schema/unknown-field']);
    expect(await project.read('actions/a.yaml')).toBe(`${request('metod: GET')}    method: POST\n`);
  });

  it('gives older folders their name, unless there is one of that name', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'app-data-schemas/contact.yaml': 'schema: {type: object}\n',
      'appEventTypes/changed.yaml': 'schema: {type: object}\n',
      'internal-events/made.yaml': 'schema: {type: object}\n',
      'packages/crm/package.yaml': '',
      'packages/crm/app-data-schemas/deal/spec.yaml': 'schema: {type: object}\n',
    });
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root, paths: [project.root] });
    expect(made.map(({ fix }) => fix.title)).toEqual([
      'rename the folder to "data-schemas"',
      'rename the folder to "data-schemas"',
    ]);
    expect(diagnostics.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'info "appEventTypes" is an older name of the folder "internal-events"',
    ]);
    expect(readdirSync(project.root).sort()).toEqual([
      'appEventTypes',
      'data-schemas',
      'internal-events',
      'membrane.yaml',
      'packages',
    ]);
    expect(readdirSync(project.path('packages/crm/data-schemas'))).toEqual(['deal']);
  });

  it('leaves an export without membrane.yaml its folders', async () => {
    const project = await testProject({ 'app-data-schemas/contact.yaml': 'schema: {type: object}\n' });
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root, allowBare: true });
    expect([made, diagnostics]).toEqual([[], []]);
  });

  it('leaves packages from npm alone, also behind a link', async () => {
    const project = await testProject({
      'membrane.yaml': 'packages: [shared, linked]\n',
      'node_modules/shared/package.yaml': '',
      'node_modules/shared/package.json': '{"name": "shared", "version": "1.0.0"}',
      'node_modules/shared/actions/a.yaml': request('metod: GET'),
      'outside/package.yaml': '',
    });
    const outside = path.join(path.dirname(project.root), 'elsewhere');
    mkdirSync(path.join(outside, 'actions'), { recursive: true });
    writeFileSync(path.join(outside, 'package.yaml'), '');
    writeFileSync(path.join(outside, 'actions/b.yaml'), request('metod: GET'));
    symlinkSync(outside, project.path('linked'));
    const { fixed: made, diagnostics } = await fixProject({ cwd: project.root });
    expect(made).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['schema/unknown-field', 'schema/unknown-field']);
    expect(readFileSync(path.join(outside, 'actions/b.yaml'), 'utf8')).toBe(request('metod: GET'));
  });

  it('comes to an end in every broken fixture, and leaves it readable', async () => {
    const kinds = path.join(repository, 'test/fixtures/kinds');
    const project = await testProject({}, { copy: path.join(kinds, '_project') });
    for (const kind of ['action', 'data-source', 'field-mapping', 'flow', 'integration']) {
      const folder = project.path(`${kind}s`);
      cpSync(path.join(kinds, kind, 'invalid'), folder, { recursive: true });
    }
    const before = await fixProject({ cwd: project.root, dryRun: true });
    const first = await fixProject({ cwd: project.root });
    const second = await fixProject({ cwd: project.root });
    expect(first.fixed.length).toBeGreaterThan(before.fixed.length / 2);
    expect(second.fixed).toEqual([]);
    const unreadable = ({ diagnostics }: typeof first) =>
      diagnostics.filter(({ code }) => code.startsWith('yaml/')).length;
    expect(unreadable(second)).toBe(unreadable(before));
  });

  it('writes to the file that a link leads to', async () => {
    const project = await testProject({ 'membrane.yaml': '', 'drafts/a.txt': request('metod: GET') });
    mkdirSync(project.path('actions'));
    symlinkSync('../drafts/a.txt', project.path('actions/a.yaml'));
    expect((await fixProject({ cwd: project.root })).fixed.length).toBe(1);
    expect(lstatSync(project.path('actions/a.yaml')).isSymbolicLink()).toBe(true);
    expect(await project.read('drafts/a.txt')).toBe(request('method: GET'));
  });

  it('leaves out what stands elsewhere by now, and says what cannot be written', async () => {
    const project = await testProject({ 'a.yaml': 'x: 1\n' });
    const span = { file: project.path('a.yaml'), line: 1, column: 1, endLine: 1, endColumn: 2 };
    const at = (was: string): Diagnostic => ({
      ...diagnostic('schema/unknown-field', 'no', span),
      fix: { title: 't', edits: [{ span, was, text: 'y' }] },
    });
    const refusing = {
      replace: () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' })),
      rename: () => Promise.reject(new Error('not asked')),
    };
    expect(await applyFixes([at('z')], project.root, refusing)).toEqual([]);
    await expect(applyFixes([at('x')], project.root, refusing)).rejects.toMatchObject({
      code: 'file/unreadable',
      message: `"${project.path('a.yaml')}" cannot be written: the file system is read only`,
    });
  });
});
