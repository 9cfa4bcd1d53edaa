import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanEnv, compare, root, timeProcess, type Figure } from './measure.js';

const records = 100_000;
const pageSize = 500;
const mapped = 300_000;

/** All records of a list as a process against a loop with got, its memory, and a field mapping of 20 fields. */
export async function benchData(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  const server = await startServer(folder);
  try {
    writeProject(folder);
    const env = cleanEnv({
      MEMBRANE_SECRETS: 'env',
      MEMBRANE_SECRET_CRM_BASEURI: server.address,
      MEMBRANE_SECRET_CRM_APIKEY: 'key_5f3b-91c0',
    });
    return [...(await measureList(folder, env, server.address)), await measureMapping(folder)];
  } finally {
    server.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureList(cwd: string, env: NodeJS.ProcessEnv, address: string): Promise<Figure[]> {
  const script = join(root, 'dist/bench/got-list.mjs');
  writeFileSync(script, gotScript);
  const args = [join(root, 'bin/membrane.js'), 'data', 'list', 'contacts', '--all', '--format', 'ndjson'];
  const whole = await compare(
    5,
    () => timeProcess(args, { cwd, env }),
    () => timeProcess([script, address, String(records)], { env }),
  );
  const memory = (all: readonly string[]) => peakMemory(all, { cwd, env });
  const few = memory([...args.slice(0, 4), '--limit', String(records / 2), ...args.slice(5)]);
  const many = memory(args);
  return [
    {
      name: `data list --all, ${records.toLocaleString('en')} records (floor: got loop)`,
      ...whole,
      ratio: whole.value / whole.floor,
      unit: 'ms',
      aim: '≤ 1.5',
    },
    {
      name: 'memory of it (floor: half of the records)',
      value: many,
      floor: few,
      ratio: many / few,
      unit: 'MB',
      aim: '≤ 1.2',
    },
  ];
}

/** The most memory that a process had at once, in MB; Linux only. */
function peakMemory(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): number {
  const probe = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`;
  const hook = join(options.cwd, 'peak.cjs');
  const peak = join(options.cwd, 'peak.txt');
  writeFileSync(hook, probe);
  const env = { ...options.env, PEAK: peak };
  const { status, stderr } = spawnSync(process.execPath, ['--require', hook, ...args], {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(stderr.toString());
  return Number(readFileSync(peak, 'utf8')) / 1024;
}

async function measureMapping(cwd: string): Promise<Figure> {
  const library = (await import(join(root, 'dist/lib/membrane.js'))) as typeof import('../src/membrane.js');
  const membrane = await library.openMembrane({ cwd, env: {} });
  const map = await membrane.data.mapper('contacts', 'app', { integration: 'crm' });
  const record = { id: '1', fields: fieldsOf(1) };
  const figures = await compare(
    5,
    () => perSecond(() => void map(record)),
    () => perSecond(() => void mapByHand(record)),
  );
  await membrane.close();
  return {
    name: 'field mapping of 20 fields (floor: written by hand)',
    ...figures,
    ratio: figures.value / figures.floor,
    unit: '/s',
    aim: '≥ 300,000 /s',
  };
}

function perSecond(work: () => void): number {
  const started = performance.now();
  for (let index = 0; index < mapped; index += 1) work();
  return (mapped * 1000) / (performance.now() - started);
}

const names = Array.from({ length: 20 }, (_, index) => `field${index}`);

function fieldsOf(id: number): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, `${name} of ${id}`]));
}

function mapByHand({ id, fields }: { id: string; fields: Record<string, unknown> }): unknown {
  const app: Record<string, unknown> = {};
  for (const name of names) app[`app_${name}`] = fields[name];
  return { id, fields: app };
}

function writeProject(folder: string): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('membrane.yaml', '');
  write('connectors/crm/spec.yaml', connector);
  write('connectors/crm/data/contacts/spec.yaml', collection);
  const lines = names.map((name) => `  app_${name}: {$var: $.${name}}`).join('\n');
  write('field-mappings/app.yaml', `importValue:\n${lines}\n`);
}

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

const collection = `fieldsSchema:
  type: object
  properties:
    id: {type: string}
    email: {type: string}
    name: {type: string}
    company: {type: string}
    score: {type: number}
methods:
  list:
    type: rest-api-mapping
    mapping:
      path: /contacts
      requestMapping: {query: {cursor: {$var: cursor}, limit: ${pageSize}}}
      responseMapping:
        records:
          $iterate:
            source: {$var: response.data.items}
            item: {id: {$var: $.item.id}, fields: {$var: $.item}}
        cursor: {$var: response.data.next}
`;

const serverScript = `import { createServer } from 'node:http';
const page = (from, count) => Array.from({ length: count }, (_, i) => ({
  id: String(from + i), email: 'person' + (from + i) + '@example.com', name: 'Person ' + (from + i), company: 'Analytical Engines', score: i,
}));
const server = createServer((request, response) => {
  const query = new URL(request.url, 'http://x').searchParams;
  const from = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 100);
  const count = Math.max(0, Math.min(limit, ${records} - from));
  const next = from + count < ${records} ? String(from + count) : null;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: page(from, count), next }));
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

const gotScript = `import got from 'got';
const client = got.extend({ prefixUrl: process.argv[2], responseType: 'json', retry: { limit: 0 } });
let cursor, listed = 0;
do {
  const searchParams = { limit: ${pageSize}, ...(cursor === undefined ? {} : { cursor }) };
  const { body } = await client.get('contacts', { searchParams });
  const lines = body.items.map((item) => JSON.stringify({ id: item.id, fields: item }) + '\\n').join('');
  if (!process.stdout.write(lines)) await new Promise((done) => process.stdout.once('drain', done));
  listed += body.items.length;
  cursor = body.next ?? undefined;
} while (cursor !== undefined);
if (listed !== Number(process.argv[3])) throw new Error('listed ' + listed);
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
