import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { binFile, hermeticEnvironment } from '../support/cli.js';
import { crmProject } from '../support/crm-project.js';
import { startCrmServer, token } from '../support/crm-server.js';
import { testProject } from '../support/project.js';

const pageSize = 500;

/** A list of any length, whose records are made when they are asked for. */
async function startLongList(records: number) {
  let pages = 0;
  const server = createServer((request, response) => {
    pages += 1;
    const from = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('cursor') ?? 0);
    const items = Array.from({ length: Math.min(pageSize, records - from) }, (_, index) => {
      const id = from + index + 1;
      return {
        id,
        email: `person${id}@example.com`,
        first_name: 'Ada',
        last_name: `Nº ${id}, "the ${id}th"`,
      };
    });
    const next = from + items.length < records ? String(from + items.length) : null;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items, next }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pages: () => pages };
}

async function crm(url: string) {
  const project = await testProject(crmProject);
  const env = {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_REST_TOKEN: token,
    MEMBRANE_SECRET_REST_BASEURI: url,
    MEMBRANE_SECRET_GRAPH_TOKEN: token,
    MEMBRANE_SECRET_GRAPH_BASEURI: url,
  };
  return { project, env };
}

/** Lines that a process printed, and the most memory that it had, in MB. */
async function counted(args: readonly string[], project: { root: string; home: string }, env: object) {
  const hook = `${project.home}/peak.cjs`;
  await writeFile(
    hook,
    `process.on('exit', () => require('node:fs').writeSync(2, 'PEAK ' + process.resourceUsage().maxRSS));`,
  );
  const child = spawn(process.execPath, ['--require', hook, binFile, ...args], {
    cwd: project.root,
    env: { ...hermeticEnvironment(project.home), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [lines, last, err] = [0, '', ''];
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines += 1;
    last = (last + chunk.toString()).slice(-300);
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, lines, last, err, peak: Number(/PEAK (\d+)/.exec(err)?.[1]) / 1024 };
}

it(
  'streams 100,000 records as NDJSON, with little more memory than for a tenth of them',
  { timeout: 60_000 },
  async () => {
    const list = await startLongList(100_000);
    const { project, env } = await crm(list.url);
    const args = ['data', 'list', 'people', '--connection', 'rest', '--format', 'ndjson'];
    const few = await counted([...args, '--limit', '10000'], project, env);
    const many = await counted([...args, '--all'], project, env);
    expect([few.code, few.lines, many.code, many.lines]).toEqual([0, 10_000, 0, 100_000]);
    expect(JSON.parse(many.last.trim().split('\n').at(-1) ?? '')).toMatchObject({ id: '100000' });
    // the young generation of the heap grows at first, by some tens of MB, whatever is listed
    expect(many.peak - few.peak).toBeLessThan(80);
  },
);

it('ends the list when nobody reads it any more', { timeout: 30_000 }, async () => {
  const list = await startLongList(1_000_000);
  const { project, env } = await crm(list.url);
  const child = spawn(
    'bash',
    [
      '-c',
      `"${process.execPath}" "${binFile}" data list contacts --connection rest --all --format ndjson | head -n 3; echo "\${PIPESTATUS[0]}"`,
    ],
    {
      cwd: project.root,
      env: { ...hermeticEnvironment(project.home), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  const lines = out.trim().split('\n');
  expect([lines.length, lines.at(-1), err]).toEqual([4, '0', '']);
  expect(list.pages()).toBeLessThan(100);
});

it('does everything that there is to do over REST and over GraphQL', { timeout: 60_000 }, async () => {
  const server = await startCrmServer();
  onTestFinished(() => server.close());
  const { project, env } = await crm(server.url);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await project.run(['data', ...args], { env });
    return code === 0 ? (JSON.parse(stdout) as unknown) : { code, stderr };
  };
  for (const connection of ['rest', 'graph']) {
    const email = `${connection}@example.com`;
    const at = ['--connection', connection];
    const created = (await run('create', 'contacts', ...at, '--set', `email=${email}`)) as { id: string };
    expect(await run('get', 'contacts', created.id, ...at)).toMatchObject({
      id: created.id,
      fields: { email },
    });
    expect(await run('match', 'contacts', ...at, '--field', `email=${email}`)).toMatchObject({
      id: created.id,
    });
    const twice = (await run('create', 'contacts', ...at, '--set', `email=${email}`)) as {
      code: number;
      stderr: string;
    };
    expect(twice.code).toBe(1);
    expect(twice.stderr).toMatch(/= help: the API finds fault with "email" \(has already been taken\)/);
  }
  const { stdout } = await project.run(
    ['data', 'list', 'contacts', '--connection', 'rest', '--all', '--format', 'csv'],
    { env },
  );
  expect(stdout.split('\r\n').slice(0, 2)).toEqual([
    'id,name,createdTime,fields.id,email,firstName,lastName,phone,cf_tier',
    '1,First1 Last1,2026-01-01T00:00:01.000Z,1,person1@example.com,First1,Last1,+44123451,basic',
  ]);
});
