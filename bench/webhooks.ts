import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openWebhook } from '../src/engine/webhook-open.js';
import { receiveWebhooks } from '../src/engine/webhook-receive.js';
import { openWiring } from '../src/wiring.js';
import { compare, root, type Figure } from './measure.js';

const requests = 10_000;
const connections = 32;
const secret = 'bench-secret';

/** Webhooks that are proven and stored, against a listener that verifies an HMAC and inserts one row. */
export async function benchWebhooks(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'membrane-bench-'));
  const ours = await startServer(ourScript(folder), 'webhooks/global/crm/all');
  const bare = await startServer(bareScript(join(folder, 'bare.db')), '');
  try {
    let round = 0;
    // A throughput: what is asked for in a second.
    const rate = async (url: string): Promise<number> => requests / ((await send(url, (round += 1))) / 1000);
    const { value, floor } = await compare(
      5,
      () => rate(ours.url),
      () => rate(bare.url),
    );
    const name = 'webhooks accepted and stored (floor: bare listener)';
    return [{ name, value, floor, ratio: value / floor, unit: '/s', aim: '≥ 0.5' }];
  } finally {
    ours.process.kill();
    bare.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The receiver of a watcher without what is done with webhooks later. Prints its address. */
export async function serveWebhooks(folder: string): Promise<void> {
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('membrane.yaml', '');
  write('connectors/crm/spec.yaml', 'name: CRM\n');
  write(
    'connectors/crm/global-webhooks/all/spec.yaml',
    `signature: {type: github, secret: ${secret}}\nmethods:\n  handle: {type: mapping, mapping: {events: []}}\n`,
  );
  const { engine } = await openWiring({ cwd: folder, env: { MEMBRANE_SECRETS: 'env' } });
  const { address } = await receiveWebhooks({
    engine: () => engine,
    host: '127.0.0.1',
    port: 0,
    open: openWebhook,
    stored: () => undefined,
    refused: ({ why }) => process.stderr.write(`${why}\n`),
    failed: (error) => process.stderr.write(`${String(error)}\n`),
    signal: new AbortController().signal,
  });
  process.stdout.write(`${address}\n`);
}

function ourScript(folder: string): string {
  const bundle = JSON.stringify(join(root, 'dist/bench/index.mjs'));
  return `(await import(${bundle})).serveWebhooks(${JSON.stringify(folder)});`;
}

/** What somebody would write who needs no more than this once. */
function bareScript(file: string): string {
  return `import { createServer } from 'node:http';
import { createHmac, timingSafeEqual } from 'node:crypto';
import Database from 'libsql';
const database = new Database(${JSON.stringify(file)});
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE webhooks (id INTEGER PRIMARY KEY, time INTEGER, headers TEXT, body TEXT)');
const insert = database.prepare('INSERT INTO webhooks (time, headers, body) VALUES (?, ?, ?)');
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const body = Buffer.concat(chunks);
    const right = Buffer.from('sha256=' + createHmac('sha256', ${JSON.stringify(secret)}).update(body).digest('hex'));
    const given = Buffer.from(request.headers['x-hub-signature-256'] ?? '');
    if (given.length !== right.length || !timingSafeEqual(given, right)) return void response.writeHead(401).end();
    insert.run(Date.now(), JSON.stringify(request.headers), body.toString());
    response.writeHead(200).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;
}

function startServer(script: string, path: string): Promise<{ url: string; process: ChildProcess }> {
  const args = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.once('data', (text: Buffer) =>
      resolve({ url: `${text.toString().trim()}/${path}`, process: child }),
    );
  });
}

/** Milliseconds for all requests, each connection with one at a time. They are made before. */
async function send(url: string, round: number): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const texts = Array.from({ length: requests }, (_, index) => {
    const id = `${round}-${index}`;
    const body = JSON.stringify({
      id,
      type: 'contact.updated',
      contact: { id: index, name: 'Ada Lovelace' },
    });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\nx-github-delivery: ${id}\r\nx-hub-signature-256: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
  const started = performance.now();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const next = (): void => {
        const text = texts.pop();
        if (text !== undefined) return void socket.write(text);
        socket.destroy();
        resolve();
      };
      // An answer without a body fits into one piece.
      socket.setEncoding('utf8').on('data', (answer: string) => {
        if (answer.startsWith('HTTP/1.1 200')) next();
        else reject(new Error(answer));
      });
      socket.once('connect', next).once('error', reject);
    });
  await Promise.all(Array.from({ length: connections }, work));
  return performance.now() - started;
}
