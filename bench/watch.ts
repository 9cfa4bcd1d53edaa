import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanEnv, compare, median, root, type Figure } from './measure.js';

const records = 100_000;
const million = 1_000_000;
const pageSize = 500;
const many = 1000;

type Library = typeof import('../src/membrane.js');

/** Scans against a loop with a set of ids, what it takes to find nothing, and how much memory. */
export async function benchWatch(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  const server = await startServer(folder, records);
  const large = await startServer(folder, million);
  try {
    const library = (await import(join(root, 'dist/lib/membrane.js'))) as Library;
    return [
      ...(await measureScans(library, folder, server.address)),
      await measureIdle(library, folder, server.address),
      await measureMany(library, folder, server.address),
      await measureIdleMemory(folder, server.address),
      measureScanMemory(folder, large.address),
    ];
  } finally {
    server.process.kill();
    large.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureScans(library: Library, folder: string, address: string): Promise<Figure[]> {
  const rounds = 3;
  let number = 0;
  const made: Awaited<ReturnType<Library['openMembrane']>>[] = [];
  const once = async (): Promise<number> => {
    const membrane = made.at(-1);
    const started = performance.now();
    const summary = await membrane?.watch({ once: true });
    if (summary?.failed !== 0) throw new Error('the scan failed');
    return performance.now() - started;
  };
  const again: number[] = [];
  const first = await compare(
    rounds,
    async () => {
      number += 1;
      const cwd = join(folder, `scan-${number}`);
      writeProject(cwd, { scan: scanEvent });
      made.push(await library.openMembrane({ cwd, env: envFor(address) }));
      const ms = await once();
      again.push(await once());
      await made.at(-1)?.close();
      return ms;
    },
    () => loop(address),
  );
  const rescan = median(again.slice(1));
  const name = `of ${records.toLocaleString('en')} records (floor: node:http and a set)`;
  return [
    { name: `first scan ${name}`, ...first, ratio: first.value / first.floor, unit: 'ms', aim: '≤ 1.5' },
    {
      name: `scan again ${name}`,
      value: rescan,
      floor: first.floor,
      ratio: rescan / first.floor,
      unit: 'ms',
      aim: '≤ 1.5',
    },
  ];
}

/** What somebody would write who needs no more than this once. node:http is about as fast here as undici. */
async function loop(address: string): Promise<number> {
  const started = performance.now();
  const agent = new Agent({ keepAlive: true });
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${cursor}`;
    const text = await textAt(`${address}/contacts?limit=${pageSize}${after}`, agent);
    const page = JSON.parse(text) as { items: { id: string }[]; next: string | null };
    for (const { id } of page.items) seen.add(id);
    cursor = page.next;
  } while (cursor !== null);
  agent.destroy();
  if (seen.size !== records) throw new Error(`seen ${seen.size}`);
  return performance.now() - started;
}

function textAt(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** CPU of one tick that finds nothing. */
async function measureIdle(library: Library, folder: string, address: string): Promise<Figure> {
  const cwd = join(folder, 'idle');
  writeProject(cwd, { idle: latestEvent });
  const value = await cpuOf(library, cwd, address, 200);
  return {
    name: 'CPU of a tick with nothing new',
    value,
    floor: 4,
    ratio: value / 4,
    unit: 'ms',
    aim: '≤ 1',
  };
}

/** The share of one core that many subscriptions take that look every minute, and the watcher that keeps them. */
async function measureMany(library: Library, folder: string, address: string): Promise<Figure> {
  const cwd = join(folder, 'many');
  const events = Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`idle-${index}`, latestEvent]),
  );
  writeProject(cwd, events);
  const looks = (await cpuOf(library, cwd, address, 5)) / 60_000;
  // All have just looked: until the minute is over nothing is due.
  const value = (looks + (await cpuOfKeeping(library, cwd, address))) * 100;
  const name = `CPU of ${many.toLocaleString('en')} subscriptions a minute`;
  return { name, value, floor: 10, ratio: value / 10, unit: '% of a core', aim: '≤ 1' };
}

/** Milliseconds of CPU that a watcher takes for each millisecond in which nothing is due. */
async function cpuOfKeeping(library: Library, cwd: string, address: string): Promise<number> {
  const keptMs = 30_000;
  const membrane = await library.openMembrane({ cwd, env: envFor(address) });
  await membrane.watch({ once: true });
  const before = process.cpuUsage();
  await membrane.watch({ signal: AbortSignal.timeout(keptMs) });
  const { user, system } = process.cpuUsage(before);
  await membrane.close();
  return (user + system) / 1000 / keptMs;
}

/** Memory of a watcher that has nothing to do; Linux only. */
async function measureIdleMemory(folder: string, address: string): Promise<Figure> {
  const cwd = join(folder, 'idle-memory');
  writeProject(cwd, { idle: latestEvent });
  const watcher = spawn(process.execPath, [join(root, 'bin/membrane.js'), 'watch'], {
    cwd,
    env: cleanEnv(envFor(address)),
    stdio: 'ignore',
  });
  try {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${watcher.pid}/status`, 'utf8'))?.[1];
    const value = Number(kilobytes) / 1024;
    const name = 'memory of an idle watcher';
    return { name, value, floor: 80, ratio: value / 80, unit: 'MiB', aim: '≤ 1' };
  } finally {
    watcher.kill();
  }
}

/** The most memory that a process had at once that scans a million records again; Linux only. */
function measureScanMemory(folder: string, address: string): Figure {
  const cwd = join(folder, 'million');
  writeProject(cwd, { scan: scanEvent });
  const hook = join(cwd, 'peak.cjs');
  const peak = join(cwd, 'peak.txt');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
  );
  const args = ['--require', hook, join(root, 'bin/membrane.js'), 'watch', '--once'];
  const env = cleanEnv({ ...envFor(address), PEAK: peak });
  for (let round = 0; round < 2; round += 1) {
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(stderr.toString());
  }
  const value = Number(readFileSync(peak, 'utf8')) / 1024;
  const name = `memory to scan ${million.toLocaleString('en')} records again`;
  return { name, value, floor: 300, ratio: value / 300, unit: 'MiB', aim: '≤ 1' };
}

/** Milliseconds of CPU of one round. */
async function cpuOf(library: Library, cwd: string, address: string, rounds: number): Promise<number> {
  const membrane = await library.openMembrane({ cwd, env: envFor(address) });
  for (let round = 0; round < 3; round += 1) {
    const { failed } = await membrane.watch({ once: true });
    if (failed > 0) throw new Error(`${failed} looks failed`);
  }
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await membrane.watch({ once: true });
  const { user, system } = process.cpuUsage(before);
  await membrane.close();
  return (user + system) / 1000 / rounds;
}

function envFor(address: string): Record<string, string> {
  return {
    MEMBRANE_SECRETS: 'env',
    MEMBRANE_SECRET_CRM_BASEURI: address,
    MEMBRANE_SECRET_CRM_APIKEY: 'key_5f3b',
  };
}

function writeProject(folder: string, events: Readonly<Record<string, string>>): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('membrane.yaml', '');
  write('connectors/crm/spec.yaml', connector);
  write('connectors/crm/data/contacts/spec.yaml', collection);
  write('connectors/crm/data/people/spec.yaml', newest);
  for (const [key, text] of Object.entries(events)) write(`external-events/${key}.yaml`, text);
}

const scanEvent = `config:
  type: data-record-updated
  dataSource: {collectionKey: contacts}
`;

const latestEvent = `config:
  type: data-record-updated
  dataSource: {collectionKey: people}
  pullUpdatesIntervalSeconds: 60
`;

const connector = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties: {baseUri: {type: string}, apiKey: {type: string, isSensitive: true}}
    required: [baseUri, apiKey]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers: {x-api-key: {$var: credentials.apiKey}}
`;

const records_ = (items: string) => `records:
          $iterate:
            source: {$var: response.data.${items}}
            item: {id: {$var: $.item.id}, updatedTime: {$var: $.item.updated}, fields: {$var: $.item}}`;

const collection = `methods:
  list:
    type: rest-api-mapping
    mapping:
      path: /contacts
      requestMapping: {query: {cursor: {$var: cursor}, limit: ${pageSize}}}
      responseMapping:
        ${records_('items')}
        cursor: {$var: response.data.next}
`;

const newest = `events:
  updated:
    implementationType: pull-latest-records
    methods:
      pullLatestRecords:
        type: rest-api-mapping
        mapping:
          path: /latest
          responseMapping:
            ${records_('items').replaceAll('\n', '\n    ')}
`;

const serverScript = `import { createServer } from 'node:http';
const page = (from, count) => Array.from({ length: count }, (_, i) => ({
  id: String(from + i), email: 'person' + (from + i) + '@example.com', name: 'Person ' + (from + i), company: 'Analytical Engines', score: i,
  updated: new Date(1e12 + (from + i) * 1000).toISOString(),
}));
const records = Number(process.argv[2]);
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://x'), query = url.searchParams;
  if (url.pathname === '/latest') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: page(0, 20).reverse() }));
  const from = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 100);
  const count = Math.max(0, Math.min(limit, records - from));
  const next = from + count < records ? String(from + count) : null;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: page(from, count), next }));
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

function startServer(folder: string, records: number): Promise<{ address: string; process: ChildProcess }> {
  const file = join(folder, 'server.mjs');
  writeFileSync(file, serverScript);
  const child = spawn(process.execPath, [file, String(records)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (text: Buffer) =>
      resolve({ address: text.toString().trim(), process: child }),
    );
  });
}
