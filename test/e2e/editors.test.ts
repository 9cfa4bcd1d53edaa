import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulas } from '../../src/formulas/index.js';
import { valueAt } from '../../src/core/json.js';
import type { JsonSchema } from '../../src/core/schema.js';
import { functionTypes, kinds } from '../../src/elements/index.js';
import { projectEditorFiles } from '../../src/project/editor-files.js';
import { editorSchemas } from '../../src/project/editor-schema.js';
import { repository } from '../support/cli.js';
import { startLanguageServer, type LanguageServer } from '../support/language-server.js';
import { parseNotices, type Notice } from '../support/notice.js';

/*
 * The real yaml-language-server, in a folder as `membrane init` leaves it: what it says of a file agrees with what
 * validate says of the file alone.
 */
const actionTypes = enumOf(kinds.find(({ name }) => name === 'action')?.schema);

let root: string;
let server: LanguageServer;

beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'membrane-editors-')));
  for (const { name, text } of projectEditorFiles(editorSchemas(kinds, functionTypes))) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const settings = JSON.parse(readFileSync(path.join(root, '.vscode/settings.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  server = await startLanguageServer(root, {
    schemas: settings['yaml.schemas'],
    validate: true,
    completion: true,
    hover: true,
  });
});

afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
});

describe('findings agree', () => {
  it('on what is right: there are none', async () => {
    const right = [...fixtures('valid'), ...templates(), ...examples()];
    expect(right.length).toBeGreaterThan(60);
    const found = await Promise.all(right.map(findings));
    expect(found.flat().map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
  });

  it('on what does not fit the schema of its kind: the line is the same', async () => {
    const wrong = fixtures('invalid').filter(({ text }) => misfitsOf(text).length > 0);
    expect(wrong.length).toBeGreaterThanOrEqual(30);
    const found = await Promise.all(wrong.map(findings));
    const missed = wrong.flatMap(({ kind, name, text }, index) => {
      const lines = found[index]?.map(({ line }) => line) ?? [];
      // validate points at an object that lacks something, the server at its key, which may be a line above
      const near = ({ line, code }: Notice): number[] =>
        code === 'schema/missing-field' ? [line, line - 1] : [line];
      const agrees = misfitsOf(text).some((misfit) => near(misfit).some((line) => lines.includes(line)));
      return agrees
        ? []
        : [`${kind}/${name}: ${JSON.stringify(misfitsOf(text))}, not ${JSON.stringify(found[index])}`];
    });
    expect(missed).toEqual([]);
  });

  it('on files of functions, membrane.yaml and package.yaml', async () => {
    const texts: [string, string][] = [
      ['connectors/crm/auth/test.rest.yml', 'path: /me\nmethd: GET\n'],
      ['connectors/crm/auth/make-api-client.map.yml', 'headers:\n  Authorization:\n    $concat: 5\n'],
      ['membrane.yaml', 'name: x\nsecrets: keychian\n'],
      ['packages/crm/package.yaml', 'key: crm\nversion: one\n'],
    ];
    const found = await Promise.all(texts.map(([file, text]) => server.diagnostics(file, text)));
    expect(
      found.map((each) => each.map(({ range, message }) => `${range.start.line + 1} ${message}`)),
    ).toEqual([
      ['2 Property methd is not allowed.'],
      ['3 Incorrect type. Expected "array | object(mapping)".'],
      ['2 Value is not accepted. Valid values: "keychain", "file", "env".'],
      [expect.stringMatching(/^2 String does not match the pattern of /)],
    ]);
  });

  it('on tests, which are no elements', async () => {
    const check = async (file: string, text: string) =>
      (await server.diagnostics(file, text)).map(({ message, range }) => `${range.start.line}: ${message}`);
    const test = 'tests:\n  - name: one\n    input: {name: Ada}\n    output: {id: "1"}\n';
    expect(await check('actions/a.test.yaml', test)).toEqual([]);
    expect(await check('actions/a.tape.yaml', 'time: 2030-01-01T00:00:00Z\nexchanges: []\n')).toEqual([]);
    expect(await check('actions/b.test.yaml', 'tests:\n  - name: one\n    outptu: 1\n')).toEqual([
      '2: Property outptu is not allowed.',
    ]);
  });

  it('but for what a server wrote into an export: it is let pass', async () => {
    const text =
      'id: a1\nrevision: r1\ntype: http-request\nnobodyKnows: 1\nconfig:\n  request:\n    uri: https://a.example\n';
    expect(await server.diagnostics('actions/exported.yaml', text)).toEqual([]);
    const [first, ...others] = await server.diagnostics(
      'actions/exported.yaml',
      text.replace('revision: r1\n', ''),
    );
    expect([first?.message, others]).toEqual(['Property nobodyKnows is not allowed.', []]);
  });
});

describe('completion', () => {
  it('of keys, which are formulas, too, where one may stand', async () => {
    const sent = ['body', 'bodyFile', 'data', 'headers', 'method', 'multipart', 'query'];
    const keys = [...sent, 'responseType', 'uri'];
    const shown = await completionAt('type: http-request\nconfig:\n  request:\n    |\n');
    expect(shown.filter((label) => !label.startsWith('object'))).toEqual(
      [...formulas.keys(), ...keys].sort(),
    );
  });

  it('of types, each with what it does', async () => {
    expect(await completionAt('type: |\n')).toEqual(actionTypes.toSorted());
  });

  it('of formulas inside of data', async () => {
    const text =
      'type: http-request\nconfig:\n  request:\n    uri: https://a.example\n    data:\n      name:\n        |\n';
    expect(await completionAt(text)).toEqual([...formulas.keys()].sort());
  });

  it('of the words of data schemas', async () => {
    const labels = await completionAt(
      'type: http-request\ninputSchema:\n  properties:\n    email:\n      |\n',
    );
    expect(
      ['format', 'isSensitive', 'referenceRecords', 'type'].filter((word) => !labels.includes(word)),
    ).toEqual([]);
  });
});

describe('hover', () => {
  it('says what a key is for', async () => {
    const text = 'type: http-request\nconfig:\n  request:\n    uri: https://a.example\n    me|thod: GET\n';
    const [, shown] = (await hoverAt(text)).split('\n\n');
    expect(shown).toBe('The HTTP method. Default: POST with a body, else GET.');
  });

  it('says what a formula does', async () => {
    const text =
      'type: http-request\nconfig:\n  request:\n    uri: https://a.example\n    data:\n      $con|cat: [a, b]\n';
    expect(await hoverAt(text)).toContain(formulas.get('$concat')?.summary);
  });
});

/** The labels at the `|` of an action. */
async function completionAt(marked: string): Promise<readonly string[]> {
  const { text, line, character } = atMark(marked);
  await server.diagnostics('actions/completed.yaml', text);
  return (await server.completion('actions/completed.yaml', line, character)).toSorted();
}

async function hoverAt(marked: string): Promise<string> {
  const { text, line, character } = atMark(marked);
  await server.diagnostics('actions/hovered.yaml', text);
  return server.hover('actions/hovered.yaml', line, character);
}

function atMark(marked: string): { text: string; line: number; character: number } {
  const before = marked.slice(0, marked.indexOf('|'));
  const line = before.split('\n').length - 1;
  return { text: marked.replace('|', ''), line, character: before.length - before.lastIndexOf('\n') - 1 };
}

interface Fixture {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

function fixtures(sort: 'valid' | 'invalid'): Fixture[] {
  return kinds.flatMap(({ name: kind }) => {
    const folder = path.join(repository, 'test/fixtures/kinds', kind, sort);
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return names.flatMap((name) => {
      const file = path.join(folder, name);
      const spec = statSync(file).isDirectory() ? path.join(file, 'spec.yaml') : file;
      return existsSync(spec)
        ? [{ kind, name: path.basename(name, '.yaml'), text: readFileSync(spec, 'utf8') }]
        : [];
    });
  });
}

function templates(): Fixture[] {
  return kinds.map(({ name: kind }) => {
    const spec = path.join(repository, 'templates/new', kind, 'spec.yaml');
    return { kind, name: 'template', text: readFileSync(spec, 'utf8').replaceAll(/\{\{\w+\}\}/g, 'x') };
  });
}

function examples(): Fixture[] {
  return kinds.flatMap(({ name: kind, examples: given }) =>
    given.map(({ yaml }, index) => ({ kind, name: `example-${index}`, text: yaml })),
  );
}

function fileOf(kind: string, name: string): string {
  return `${folderOf(kind)}/${name}/spec.yaml`;
}

function folderOf(name: string): string {
  const kind = kinds.find((candidate) => candidate.name === name);
  return kind?.owner === undefined ? (kind?.folder ?? '') : `${folderOf(kind.owner)}/app/${kind.folder}`;
}

async function findings({
  kind,
  name,
  text,
}: Fixture): Promise<{ file: string; line: number; message: string }[]> {
  const file = fileOf(kind, name);
  const found = await server.diagnostics(file, text);
  return found.map(({ range, message }) => ({ file, line: range.start.line + 1, message }));
}

/** What the schema of the kind says against a fixture; its own check says more. */
function misfitsOf(text: string): Notice[] {
  return parseNotices(text).filter(
    ({ code, severity, message }) =>
      severity === 'error' &&
      ['schema/unknown-field', 'schema/missing-field', 'schema/type', 'schema/value'].includes(code) &&
      !message.includes('so no request can be made'),
  );
}

function enumOf(schema: JsonSchema | undefined): string[] {
  return (valueAt(schema, ['properties', 'type', 'enum']) ?? []) as string[];
}
