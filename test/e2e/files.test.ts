import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCli } from '../support/cli.js';
import {
  bytesOf,
  digestOf,
  partsOf,
  sha256,
  startFileServer,
  type FileListener,
} from '../support/file-server.js';
import { testProject, type TestProject } from '../support/project.js';

const megabyte = 1_048_576;

const actions = {
  'actions/download.yaml': `type: http-request
config:
  request: {uri: {$var: input.uri}, responseType: file}
`,
  'actions/upload.yaml': `type: http-request
inputSchema:
  type: object
  properties:
    uri: {type: string}
    file: {type: string, format: membrane-file}
config:
  request: {uri: {$var: input.uri}, method: PUT, bodyFile: {$var: input.file}}
`,
  'actions/form.yaml': `type: http-request
config:
  request:
    uri: {$var: input.uri}
    multipart:
      title: {$var: input.title}
      document: {file: {$var: input.document}}
`,
};

/** A project with these actions, and a server. */
async function world(listener: FileListener, config = 'name: files\n') {
  const server = await startFileServer(listener);
  onTestFinished(() => server.close());
  const project = await testProject({ 'membrane.yaml': config, ...actions });
  const run = (action: string, ...more: string[]) =>
    project.run(['action', 'run', action, '--set', `uri=${server.url}/a`, ...more]);
  return { server, project, run };
}

/** Names in the folder of the stored files. */
function stored(project: TestProject): string[] {
  try {
    return readdirSync(project.path('.membrane/files'));
  } catch {
    return [];
  }
}

/** Most memory that a process has used so far, in MB; only Linux tells. */
function peakOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found) / 1024;
}

/** Sends bytes for ever. */
const endless: FileListener = async (_, response) => {
  const gone = once(response, 'close');
  for await (const chunk of bytesOf(10_000 * megabyte)) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
  }
};

describe('a large file', () => {
  it('is downloaded and uploaded again in little memory', async () => {
    const size = 200 * megabyte;
    const whole = await digestOf(bytesOf(size));
    const peaks: number[] = [];
    let pid = 0;
    const { project, server } = await world(async (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-length': String(size), 'content-type': 'video/mp4' });
        for await (const chunk of bytesOf(size)) if (!response.write(chunk)) await once(response, 'drain');
        return void response.end();
      }
      const body = request.headers['content-type']?.startsWith('multipart/')
        ? await partsOf(request)
        : await digestOf(request);
      peaks.push(peakOf(pid));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    });
    const run = async (...args: string[]) => {
      const running = startCli(['action', 'run', ...args, '--set', `uri=${server.url}/film.mp4`], {
        cwd: project.root,
        timeoutMs: 60_000,
      });
      ({ pid } = running);
      const { code, stdout, stderr } = await running.ended;
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const film = await run('download');
    expect(film).toEqual({ file: film['file'], name: 'film.mp4', type: 'video/mp4', ...whole });
    expect(await run('upload', '--set', `file=${String(film['file'])}`)).toEqual(whole);
    expect(await run('form', '--set', 'title=A film', '--input', JSON.stringify({ document: film }))).toEqual(
      [
        { name: 'title', value: 'A film' },
        { name: 'document', fileName: 'film.mp4', type: 'video/mp4', ...whole },
      ],
    );
    expect(peaks.length).toBe(2);
    if (process.platform === 'linux') expect(Math.max(...peaks)).toBeLessThan(190);
  }, 90_000);
});

describe('a download that does not come to its end', () => {
  it('leaves nothing when it is stopped', async () => {
    const { project, server } = await world(endless);
    const running = startCli(['action', 'run', 'download', '--set', `uri=${server.url}/a`], {
      cwd: project.root,
    });
    await expect.poll(() => stored(project).length, { timeout: 10_000 }).toBe(1);
    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout, stderr, stored(project)]).toEqual([130, '', 'stopped\n', []]);
  });

  it('leaves a part when it is killed, which doctor removes, and so does the next download', async () => {
    const { project, server, run } = await world((request, response) =>
      request.url === '/endless' ? endless(request, response) : void response.end('hello'),
    );
    const kill = async () => {
      const args = ['action', 'run', 'download', '--set', `uri=${server.url}/endless`];
      const running = startCli(args, { cwd: project.root });
      await expect
        .poll(() => stored(project).some((name) => name.endsWith('.part')), { timeout: 10_000 })
        .toBe(true);
      running.kill('SIGKILL');
      await running.ended;
      expect(stored(project).filter((name) => name.endsWith('.part')).length).toBe(1);
    };
    await kill();
    const { stdout } = await project.run(['doctor', '--offline'], { env: { MEMBRANE_SECRETS: 'env' } });
    expect(stdout.split('\n').filter((line) => line.includes('stored files'))).toEqual([
      'ok       stored files: removed what was cut off in the middle (1)',
    ]);
    expect(stored(project)).toEqual([]);
    await kill();
    const { code } = await run('download');
    expect([code, stored(project).map((name) => name.length)]).toEqual([0, [26]]);
  });

  it('says that the disk is full, and gives the room back', async () => {
    const { project, server } = await world(endless);
    // a limit of the process on the size of files does what a full disk does: blocks of 1024 bytes
    const { code, stderr } = await project.run(
      ['action', 'run', 'download', '--set', `uri=${server.url}/a`],
      {
        command: ['bash', '-c', `ulimit -f 3000; exec "${process.execPath}" "${binary}" "$@"`, '-'],
      },
    );
    expect([code, stderr.split('\n').slice(0, 2).join('\n'), stored(project)]).toEqual([
      1,
      `error[files/disk-full]: there is no room on the disk for a file (EFBIG)
  --> actions/download.yaml:3:3`,
      [],
    ]);
  });

  it('stops at the limit', async () => {
    const { project, run } = await world(endless, 'limits: {fileMegabytes: 3}\n');
    const { code, stderr } = await run('download');
    expect([code, stderr.split('\n')[0], stored(project)]).toEqual([
      1,
      'error[files/too-large]: the file "a" is larger than 3 MB',
      [],
    ]);
  });
});

const binary = path.resolve(import.meta.dirname, '../../bin/membrane.js');

describe('a local file', () => {
  it('is stored and sent', async () => {
    const { project, run } = await world(async (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ type: request.headers['content-type'], ...(await digestOf(request)) }));
    });
    writeFileSync(project.path('Report 1.PDF'), 'hello');
    const { code, stdout, stderr } = await run('upload', '--file', 'file=Report 1.PDF');
    expect([code, JSON.parse(stdout), stderr]).toEqual([
      0,
      { type: 'application/pdf', size: 5, sha256: sha256('hello') },
      '',
    ]);
    expect(stored(project).length).toBe(1);
  });

  it.each([
    ['file=none.pdf', 'error[usage/file]: "none.pdf" cannot be read\n   = help: check the path\n'],
    [
      'file=actions',
      'error[usage/file]: "actions" is no file\n   = help: pack the folder into an archive first\n',
    ],
    [
      'report.pdf',
      'error[usage/argument]: "report.pdf" does not say which field gets the file\n   = help: --file document=report.pdf\n',
    ],
  ])('that is none is named: %s', async (given, expected) => {
    const { run, project } = await world(endless);
    const { code, stderr } = await run('upload', '--file', given);
    expect([code, stderr, stored(project)]).toEqual([2, expected, []]);
  });
});

describe('--output', () => {
  const bytes = Buffer.from([0, 1, 2, 3, 255, 254]);
  const binaryFile: FileListener = (_, response) => void response.end(bytes);

  it('writes the bytes of a file, and replaces none unless it is told to', async () => {
    const requests: string[] = [];
    const { project, run } = await world((request, response) => {
      requests.push(request.url ?? '');
      void binaryFile(request, response);
    });
    const first = await run('download', '--output', 'a.bin');
    expect([first.code, first.stdout, first.stderr]).toEqual([0, '', 'wrote a.bin (6 bytes)\n']);
    expect(readFileSync(project.path('a.bin'))).toEqual(bytes);
    expect(readdirSync(project.root).sort()).toEqual(['.membrane', 'a.bin', 'actions', 'membrane.yaml']);
    writeFileSync(project.path('a.bin'), 'mine');
    const second = await run('download', '--output', 'a.bin');
    expect([
      second.code,
      second.stderr,
      readFileSync(project.path('a.bin'), 'utf8'),
      requests.length,
    ]).toEqual([
      2,
      'error[usage/file]: "a.bin" is there already\n   = help: name another file, or add --force to replace it\n',
      'mine',
      1,
    ]);
    expect((await run('download', '--output', 'a.bin', '--force')).code).toBe(0);
    expect(readFileSync(project.path('a.bin'))).toEqual(bytes);
  });

  it('writes JSON where the result is no file', async () => {
    const { project, run } = await world((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": 7}');
    });
    expect((await run('form', '--set', 'title=a', '--output', 'result.json', '--json')).code).toBe(0);
    expect(readFileSync(project.path('result.json'), 'utf8')).toBe('{\n  "id": 7\n}\n');
  });

  it.each([
    [['--output', 'actions'], 'error[usage/file]: "actions" is a folder\n   = help: name the file in it\n'],
    [
      ['--force'],
      'error[usage/argument]: "--force" says what "--output" may do, which is not given\n   = help: --output FILE --force\n',
    ],
  ])('that makes no sense is refused: %j', async (given, expected) => {
    const { run } = await world(binaryFile);
    const { code, stderr } = await run('download', ...given);
    expect([code, stderr]).toEqual([2, expected]);
  });

  it('says what is wrong with the place', async () => {
    const { run } = await world(binaryFile);
    const { code, stderr } = await run('download', '--output', 'no/such/a.bin');
    expect([code, stderr]).toEqual([
      2,
      `error[usage/file]: "no/such/a.bin" cannot be written (ENOENT)
   = help: check the folder, its permissions and the room on the disk; the result itself is kept in .membrane
`,
    ]);
  });

  it('- gives the bytes to the next program; with --json it stays a document', async () => {
    const { project, server, run } = await world(binaryFile);
    const { stdout } = await project.run(
      ['action', 'run', 'download', '--set', `uri=${server.url}`, '--output', '-'],
      {
        command: ['bash', '-c', `"${process.execPath}" "${binary}" "$@" | od -An -tu1`, '-'],
      },
    );
    expect(stdout.trim().split(/\s+/).map(Number)).toEqual([...bytes]);
    const document = JSON.parse((await run('download', '--output', '-', '--json')).stdout) as {
      data: unknown;
    };
    expect(document.data).toMatchObject({ output: { size: 6, name: 'a' } });
  });
});

describe('a file of another tenant', () => {
  it('cannot be sent, or found out about', async () => {
    const { project, run } = await world((request, response) => {
      request.resume();
      response.end('hello');
    });
    const { file } = JSON.parse((await run('download')).stdout) as { file: string };
    await project.run(['tenant', 'create', 'acme']);
    const other = await run('upload', '--set', `file=${file}`, '--tenant', 'acme');
    const unknown = await run('upload', '--set', `file=membrane-file:${'0'.repeat(26)}`, '--tenant', 'acme');
    const shown = (text: string) =>
      text.replace(/membrane-file:\w+/, 'FILE').replace(/ID|[0-9a-z]{26}/g, 'ID');
    expect([other.code, shown(other.stderr)]).toEqual([1, shown(unknown.stderr)]);
    expect((await run('upload', '--set', `file=${file}`)).code).toBe(0);
    expect(
      statSync(project.path(`.membrane/files/${file.slice('membrane-file:'.length)}/bytes`)).mode & 0o777,
    ).toBe(0o600);
  });

  it('is not even asked for by what is no reference', async () => {
    const { run } = await world(endless);
    const { code, stderr } = await run('upload', '--set', 'file=../../etc/passwd');
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error[input/invalid]: the input does not fit its schema: "file" must be the reference of a stored file, like membrane-file:ID',
    ]);
  });
});
