import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFiles } from '../../src/adapters/files-disk.js';
import { MembraneError } from '../../src/core/error.js';
import type { StoredFile } from '../../src/core/file.js';
import type { Files } from '../../src/core/ports.js';
import { bytesOf, digestOf, sha256 } from '../support/file-server.js';
import { runChild } from '../support/child.js';
import { fakeClock, sequentialIds } from '../support/memory-ports.js';
import { memoryFiles } from '../support/memory-files.js';
import { tempFolder } from '../support/temp-folder.js';

const pdf = { tenant: 'acme', name: 'report.pdf', type: 'application/pdf' };
const hello = sha256('hello world');

/** Every adapter, each with what it stands on. */
const adapters: [name: string, make: () => { files: Files; clock: ReturnType<typeof fakeClock> }][] = [
  ['disk', () => onDisk(tempFolder())],
  [
    'memory',
    () => {
      const clock = fakeClock(1000);
      return { files: memoryFiles({ ids: sequentialIds(), clock }), clock };
    },
  ],
];

function onDisk(root: string) {
  const clock = fakeClock(1000);
  return {
    files: openFiles({ root, ids: sequentialIds(), clock }),
    clock,
    folder: path.join(root, '.membrane/files'),
  };
}

async function store(files: Files, text = 'hello world', about = pdf): Promise<StoredFile> {
  const draft = await files.create(about);
  await draft.write(Buffer.from(text.slice(0, 5)));
  await draft.write(Buffer.from(text.slice(5)));
  return draft.commit();
}

async function read(files: Files, file: StoredFile): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.open(file)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failure(pending: Promise<unknown>): Promise<unknown> {
  return pending.then(
    () => 'no failure',
    (error: unknown) => (error instanceof MembraneError ? `${error.code}: ${error.message}` : error),
  );
}

describe.each(adapters)('files (%s)', (_, make) => {
  it('are as they were stored', async () => {
    const { files } = make();
    const file = await store(files);
    expect(file).toEqual({ ...pdf, id: '00000000000000000000000001', size: 11, sha256: hello, time: 1000 });
    expect(await files.get('acme', file.id)).toEqual(file);
    expect([await read(files, file), await read(files, file)]).toEqual(['hello world', 'hello world']);
  });

  it('may be empty', async () => {
    const { files } = make();
    const file = await store(files, '');
    expect([file.size, file.sha256, await read(files, file)]).toEqual([0, sha256(''), '']);
  });

  it('are there when they are whole, and not before', async () => {
    const { files } = make();
    const draft = await files.create(pdf);
    await draft.write(Buffer.from('hello'));
    expect(await files.get('acme', '00000000000000000000000001')).toBe(undefined);
    const { id } = await draft.commit();
    expect((await files.get('acme', id))?.size).toBe(5);
    await draft.discard(); // too late: does nothing
    expect((await files.get('acme', id))?.size).toBe(5);
  });

  it('that are given up are gone', async () => {
    const { files } = make();
    const draft = await files.create(pdf);
    await draft.write(Buffer.from('hello'));
    await draft.discard();
    await draft.discard();
    expect(await files.get('acme', '00000000000000000000000001')).toBe(undefined);
  });

  it('belong to one tenant', async () => {
    const { files } = make();
    const { id } = await store(files);
    expect([await files.get('other', id), await files.remove('other', id)]).toEqual([undefined, false]);
    expect((await files.get('acme', id))?.id).toBe(id);
  });

  it.each([
    '',
    '.',
    '..',
    '../../membrane.yaml',
    '/etc/passwd',
    'x/y',
    '%2e%2e',
    `${'0'.repeat(25)}/`,
    '\u0000',
  ])('are not found by %j', async (id) => {
    const { files } = make();
    await store(files);
    expect([await files.get('acme', id), await files.remove('acme', id)]).toEqual([undefined, false]);
  });

  it('can be removed', async () => {
    const { files } = make();
    const file = await store(files);
    expect([await files.remove('acme', file.id), await files.remove('acme', file.id)]).toEqual([true, false]);
    expect(await files.get('acme', file.id)).toBe(undefined);
    expect(await failure(read(files, file))).toBe(
      'files/not-found: the bytes of the file "report.pdf" cannot be read',
    );
  });

  it('are pruned by age and number', async () => {
    const { files, clock } = make();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await store(files)).id);
      await clock.move(1000);
    }
    const left = async () =>
      (await Promise.all(ids.map((id) => files.get('acme', id)))).map((file) => file?.time);
    expect([await files.prune({ before: 2000 }), await left()]).toEqual([
      1,
      [undefined, 2000, 3000, 4000, 5000],
    ]);
    expect([await files.prune({ keep: 2 }), await left()]).toEqual([
      2,
      [undefined, undefined, undefined, 4000, 5000],
    ]);
    expect(await files.prune({ before: 4000, keep: 2 })).toBe(0);
  });

  it('never change under who reads them', async () => {
    const { files } = make();
    const file = await store(files);
    const reading = files.open(file);
    await store(files, 'another one');
    expect((await digestOf(reading)).sha256).toBe(hello);
  });
});

describe('files on disk', () => {
  it('are for their owner only', async () => {
    const { files, folder } = onDisk(tempFolder());
    const { id } = await store(files);
    const mode = (file: string) => (statSync(path.join(folder, file)).mode & 0o777).toString(8);
    expect([mode('..'), mode('.'), mode(id), mode(`${id}/bytes`), mode(`${id}/facts.json`)]).toEqual([
      '700',
      '700',
      '700',
      '600',
      '600',
    ]);
  });

  it.each([
    ['more bytes', (file: string) => appendFileSync(file, '!')],
    ['fewer bytes', (file: string) => writeFileSync(file, 'hello')],
    ['other bytes', (file: string) => writeFileSync(file, 'hello_world')],
  ])('that have %s than were stored give an error, and never their end', async (_, change) => {
    const { files, folder } = onDisk(tempFolder());
    const file = await store(files);
    change(path.join(folder, file.id, 'bytes'));
    const seen: string[] = [];
    const reading = async () => {
      for await (const chunk of files.open(file)) seen.push(Buffer.from(chunk).toString());
    };
    expect(await failure(reading())).toBe(
      'files/corrupt: the stored file "report.pdf" is not what was stored',
    );
    expect(seen).toEqual([]);
  });

  it('whose facts are damaged are named, and pruned', async () => {
    const { files, folder } = onDisk(tempFolder());
    const { id } = await store(files);
    writeFileSync(path.join(folder, id, 'facts.json'), '{"id": "');
    expect(await failure(files.get('acme', id))).toBe(
      `files/corrupt: the stored file "${id}" is not what was stored`,
    );
    expect([await files.prune({ keep: 10 }), readdirSync(folder)]).toEqual([1, []]);
  });

  it('of a process that was killed while it wrote are swept; of one that lives they stay', async () => {
    const root = tempFolder();
    const { files, folder } = onDisk(root);
    const writing = await files.create(pdf);
    await writing.write(Buffer.from('mine'));
    const child = await runChild(path.join(import.meta.dirname, 'child-files.ts'), [root]);
    expect(await child.line()).toBe('writing');
    expect(readdirSync(folder).length).toBe(2);
    expect(await files.sweep()).toBe(0);
    await child.kill();
    expect(readdirSync(folder).length).toBe(2);
    expect(await files.sweep()).toBe(1);
    expect(readdirSync(folder).length).toBe(1);
    expect((await writing.commit()).size).toBe(4);
  });

  it('of a host that nobody can ask are swept when they were not touched for a day', async () => {
    const { files, folder, clock } = onDisk(tempFolder());
    await store(files);
    const place = path.join(folder, `${'1'.repeat(26)}.1-2-elsewhere.part`);
    mkdirSync(place);
    writeFileSync(path.join(place, 'bytes'), 'hello');
    utimesSync(path.join(place, 'bytes'), 1, 1);
    expect(await files.sweep()).toBe(0);
    await clock.move(86_402_000);
    expect([await files.sweep(), readdirSync(folder).length]).toEqual([1, 1]);
  });

  it('are swept by the next process that stores one', async () => {
    const root = tempFolder();
    const child = await runChild(path.join(import.meta.dirname, 'child-files.ts'), [root]);
    await child.line();
    await child.kill();
    const { files, folder } = onDisk(root);
    const { id } = await store(files);
    expect(readdirSync(folder)).toEqual([id]);
  });

  it('whose place is a link are removed without what that leads to', async () => {
    const root = tempFolder();
    const { files, folder } = onDisk(root);
    const { id } = await store(files);
    const other = onDisk(tempFolder());
    const strange = await store(other.files);
    await files.remove('acme', id);
    symlinkSync(path.join(other.folder, strange.id), path.join(folder, id));
    expect(await files.remove('acme', id)).toBe(true);
    expect(existsSync(path.join(other.folder, strange.id, 'bytes'))).toBe(true);
  });

  it('hold 64 MB without holding them in memory', async () => {
    const { files } = onDisk(tempFolder());
    const size = 64 * 1_048_576;
    const draft = await files.create(pdf);
    global.gc?.();
    const before = process.memoryUsage().rss;
    let highest = before;
    for await (const chunk of bytesOf(size)) {
      await draft.write(chunk);
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    const file = await draft.commit();
    expect(await digestOf(files.open(file))).toEqual({ size, sha256: file.sha256 });
    expect((highest - before) / 1_048_576).toBeLessThan(40);
  });
});
