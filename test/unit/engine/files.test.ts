import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.js';
import { json, text, type Answer } from '../../support/server.js';
import { memoryFiles } from '../../support/memory-files.js';
import { bytesOf, sha256 } from '../../support/file-server.js';
import { failure, world } from './world.js';

const echo: Answer = (response, { method, path, headers, body }) =>
  json({ method, path, type: headers['content-type'] ?? null, body })(response, {} as never);

const files = {
  'connectors/crm/operations/download/spec.yaml': 'run: {implementationType: rest-api-mapping}\n',
  'connectors/crm/operations/download/run.rest.yml': `path: /files/{id}
responseType: file
requestMapping: {pathParameters: {id: {$var: input.id}}}
responseMapping: {report: {$var: response.data.file}, bytes: {$var: response.data.size}}
`,
  'connectors/crm/operations/upload/spec.yaml': 'run: {implementationType: rest-api-mapping}\n',
  'connectors/crm/operations/upload/run.rest.yml': `path: /files
requestMapping: {bodyFile: {$var: input.file}}
`,
  'connectors/crm/operations/send.yaml': `run:
  type: javascript
  code: |
    export default async ({ apiClient, input }) => [
      await apiClient.makeApiRequest({ path: '/files', method: 'PUT', bodyFile: input.file }),
      await apiClient.post('/files', new Uint8Array([104, 105])),
    ]
`,
  'actions/fetch.yaml': `type: api-request-to-external-app
config:
  request: {path: /files/7, responseType: {$var: input.as}}
`,
  'actions/tell.yaml': `type: api-request-to-your-app
config:
  request: {uri: /told, multipart: {note: {$var: input.note}, document: {file: {$var: input.file}}}}
`,
};

const download = text('hello', {
  'content-type': 'text/csv',
  'content-disposition': 'attachment; filename="a.csv"',
});

async function opened(more: Readonly<Record<string, string>> = {}) {
  const made = await world(
    { ...files, ...more },
    { '/files/7': download, '/files': echo, '/told': echo, '/me': json({}) },
  );
  const kept = memoryFiles(made.ports);
  const membrane = await made.open({ ports: { files: async () => kept } });
  await made.connect({}, membrane);
  return { ...made, kept, membrane };
}

const run = async (running: Promise<{ output: Json | undefined }>) => (await running).output;
const first = 'membrane-file:00000000000000000000000001';

async function* greeting(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('hello');
}

describe('a REST function', () => {
  it('stores what it gets as a file, and sends one', async () => {
    const { membrane, kept } = await opened();
    const output = await run(membrane.operations.run('download', { input: { id: '7' } }));
    const [file] = kept.all();
    expect(output).toEqual({ report: `membrane-file:${file?.id}`, bytes: 5 });
    expect(file).toMatchObject({ tenant: 'local', name: 'a.csv', type: 'text/csv', sha256: sha256('hello') });
    const input = { file: `membrane-file:${file?.id}` };
    expect(await run(membrane.operations.run('upload', { input }))).toEqual({
      method: 'POST',
      path: '/files',
      type: 'text/csv',
      body: 'hello',
    });
  });
});

describe('code', () => {
  it('sends files by their references, and bytes of its own', async () => {
    const { membrane } = await opened();
    const { file } = await membrane.files.store({ name: 'a.txt', type: 'text/plain' }, greeting());
    const sent = { path: '/files', body: 'hello', type: 'text/plain' };
    expect(await run(membrane.operations.run('send', { input: { file } }))).toEqual([
      { ...sent, method: 'PUT' },
      { ...sent, method: 'POST', body: 'hi', type: 'application/octet-stream' },
    ]);
  });
});

describe('an action', () => {
  it('gives what was asked for', async () => {
    const { membrane, kept } = await opened();
    const fetched = async (as?: string) => run(membrane.actions.run('fetch', { input: { as } }));
    expect([await fetched(), await fetched('auto'), await fetched('text'), await fetched('base64')]).toEqual([
      'hello',
      'hello',
      'hello',
      'aGVsbG8=',
    ]);
    expect(kept.all()).toEqual([]);
    expect(await fetched('file')).toEqual({
      file: `membrane-file:${kept.all()[0]?.id}`,
      name: 'a.csv',
      type: 'text/csv',
      size: 5,
      sha256: sha256('hello'),
    });
  });

  it('sends a form to your own app, and not its input beside it', async () => {
    const made = await opened();
    const membrane = await made.open({ ports: { files: async () => made.kept } });
    const { file } = await membrane.files.store({ name: 'a.txt', type: undefined }, greeting());
    const answer = failure(membrane.actions.run('tell', { input: { note: 'hi', file } }));
    expect(await answer).toMatchObject({ code: 'http/request' }); // nothing says where the app is
    const app = await opened({ 'membrane.yaml': `app: {baseUri: ${made.server.url}}\n` });
    const stored = await app.membrane.files.store({ name: 'a.txt', type: undefined }, greeting());
    const told = await run(app.membrane.actions.run('tell', { input: { note: 'hi', file: stored.file } }));
    const { type, body, method } = told as { type: string; body: string; method: string };
    expect([
      method,
      type.replace(/=.*/, ''),
      body.replace(/\r\n/g, '\n').replace(/form-data-encoder-\w+/g, 'B'),
    ]).toEqual([
      'POST',
      'multipart/form-data; boundary',
      `--B
Content-Disposition: form-data; name="note"

hi
--B
Content-Disposition: form-data; name="document"; filename="a.txt"
Content-Type: application/octet-stream

hello
--B--

`,
    ]);
  });

  it('points at its request where a file is missing', async () => {
    const { membrane, root } = await opened({ 'membrane.yaml': 'app: {baseUri: "http://127.0.0.1:9"}\n' });
    expect(await failure(membrane.actions.run('tell', { input: { file: first } }), root)).toEqual({
      code: 'files/not-found',
      message: `no file "${first}"`,
      hint: 'it may be of another tenant, or older than "retention" of membrane.yaml allows: bring it in again',
      at: 'actions/tell.yaml:3:3',
    });
  });
});

describe('the type of an action', () => {
  it('says what a file has', async () => {
    const action = (as: string) => `type: http-request
config:
  request: {uri: https://example.com/a, responseType: ${as}}
outputMapping: {bytes: {$var: output.siz}}
`;
    const { membrane } = await opened({ 'actions/a.yaml': action('file'), 'actions/b.yaml': action('auto') });
    const { diagnostics } = await membrane.validate();
    expect(diagnostics.map(({ code, message, help }) => [code, message, help])).toEqual([
      ['type/unknown-property', '"output.siz": the output has no "siz"', 'did you mean "size"?'],
    ]);
  });

  it('knows the names of what can be asked for', async () => {
    const { membrane } = await opened({
      'actions/a.yaml':
        'type: http-request\nconfig:\n  request: {uri: https://example.com/a, responseType: fle, bodyfile: x}\n',
    });
    const { diagnostics } = await membrane.validate();
    expect(diagnostics.map(({ code, message, help }) => [code, message, help])).toEqual([
      [
        'schema/value',
        '"responseType" is not one of "auto", "text", "base64", "file"',
        'did you mean "file"?',
      ],
      ['schema/unknown-field', 'unknown field "bodyfile"', 'did you mean "bodyFile"?'],
    ]);
  });
});

describe('files of the library', () => {
  it('are stored, shown, read and removed, by their own tenant only', async () => {
    const { membrane, open, kept } = await opened();
    const value = await membrane.files.store({ name: 'b/a.txt', type: 'text/plain' }, greeting());
    expect(value).toEqual({
      file: value.file,
      name: 'a.txt',
      type: 'text/plain',
      size: 5,
      sha256: sha256('hello'),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await membrane.files.read(value)) chunks.push(chunk);
    expect([Buffer.concat(chunks).toString(), await membrane.files.show(value.file)]).toEqual([
      'hello',
      value,
    ]);

    await membrane.tenants.create('acme');
    const other = await open({ tenant: 'acme', ports: { files: async () => kept } });
    for (const work of [other.files.show(value), other.files.read(value), other.files.remove(value)]) {
      expect(await failure(work)).toMatchObject({
        code: 'files/not-found',
        message: `no file "${value.file}"`,
      });
    }
    expect(await membrane.files.remove(value)).toBe(true);
    expect(await failure(membrane.files.remove(value))).toMatchObject({ code: 'files/not-found' });
  });

  it('keep to the limit, and leave nothing where they fail', async () => {
    const { membrane, kept } = await opened({ 'membrane.yaml': 'limits: {fileMegabytes: 1}\n' });
    const tooLarge = { code: 'files/too-large', message: 'the file "a" is larger than 1 MB' };
    const store = (size: number, announced?: number) =>
      membrane.files.store({ name: 'a', type: undefined, announced }, bytesOf(size));
    expect(await failure(store(1_048_577))).toMatchObject(tooLarge);
    expect(await failure(store(1, 1_048_577))).toMatchObject(tooLarge);
    expect(kept.all()).toEqual([]);
    expect((await store(1_048_576)).size).toBe(1_048_576);
  });

  it('are forgotten as the log is', async () => {
    const { membrane, kept, clock } = await opened({ 'membrane.yaml': 'retention: {days: 2, runs: 3}\n' });
    await membrane.files.store({ name: 'old', type: undefined }, greeting());
    await clock.move(3 * 86_400_000);
    for (const name of ['a', 'b', 'c', 'd'])
      await membrane.files.store({ name, type: undefined }, greeting());
    await membrane.actions.run('fetch');
    await membrane.close();
    expect(kept.all().map(({ name }) => name)).toEqual(['b', 'c', 'd']);
  });
});
