import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compare, median, root, type Figure } from './measure.js';

const records = 100_000;
const pageSize = 500;
const many = 1000;

type Library = typeof import('../src/membrane.js');

/** Scans against a loop with a set of ids, and what it takes to find nothing. */
export async function benchWatch(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  const server = await startServer(folder);
  try {
    const library = (await import(join(root, 'dist/lib/membrane.js'))) as Library;
    return [
      ...(await measureScans(library, folder, server.address)),
      await measureIdle(library, folder, server.address),
      await measureMany(library, folder, server.address),
    ];
  } finally {
    server.process.kill();
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
  const name = `of ${records.toLocaleString('en')} records (floor: got loop with a set)`;
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

/** What somebody would write who needs no more than this once. */
async function loop(address: string): Promise<number> {
  const { default: got } = await import('got');
  const started = performance.now();
  const client = got.extend({ prefixUrl: address, responseType: 'json', retry: { limit: 0 } });
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const searchParams = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const { body } = await client.get<{ items: { id: string }[]; next: string | null }>('contacts', {
      searchParams,
    });
    for (const { id } of body.items) seen.add(id);
    cursor = body.next ?? undefined;
  } while (cursor !== undefined);
  if (seen.size !== records) throw new Error(`seen ${seen.size}`);
  return performance.now() - started;
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

/** The share of one core that many subscriptions take that look every minute. */
async function measureMany(library: Library, folder: string, address: string): Promise<Figure> {
  const cwd = join(folder, 'many');
  const events = Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`idle-${index}`, latestEvent]),
  );
  writeProject(cwd, events);
  const value = ((await cpuOf(library, cwd, address, 5)) / 60_000) * 100;
  const name = `CPU of ${many.toLocaleString('en')} subscriptions a minute`;
  return { name, value, floor: 10, ratio: value / 10, unit: '% of a core', aim: '≤ 1' };
}

/** Milliseconds of CPU of one round. */
async function cpuOf(library: Library, cwd: string, address: string, rounds: number): Promise<number> {
  const membrane = await library.openMembrane({ cwd, env: envFor(address) });
  for (let round = 0; round < 3; round += 1) await membrane.watch({ once: true });
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
  for (const [key, text] of Object.entries(events)) write(`external-events/${key}.yaml`, text);
}

const scanEvent = `config:
  type: data-record-created
  dataSource: {collectionKey: contacts}
`;

const latestEvent = `config:
  type: data-record-updated
  dataSource: {collectionKey: contacts}
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
events:
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
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://x'), query = url.searchParams;
  if (url.pathname === '/latest') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: page(0, 20).reverse() }));
  const from = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 100);
  const count = Math.max(0, Math.min(limit, ${records} - from));
  const next = from + count < ${records} ? String(from + count) : null;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: page(from, count), next }));
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

function startServer(folder: string): Promise<{ address: string; process: ChildProcess }> {
  const file = join(folder, 'server.mjs');
  writeFileSync(file, serverScript);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (text: Buffer) =>
      resolve({ address: text.toString().trim(), process: child }),
    );
  });
}
