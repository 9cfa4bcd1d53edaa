import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrived {
  /** The run that it came from: a mark that its input carries. */
  readonly mark: string;
  /** What it asks for: the same for each try of the same node run. */
  readonly what: string;
  /** It says by a key, or by its method, that it may come twice. */
  readonly idempotent: boolean;
  /** By which it is told from others, where it has one. */
  readonly key: string | undefined;
}

export interface Recorder {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

/** A server that answers alike to alike requests, after some milliseconds, and remembers them all. */
export async function startRecorder(): Promise<Recorder> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? Object.fromEntries(url.searchParams) : JSON.parse(text)) as Record<
        string,
        string
      >;
      const { mark = '', requestId, ...asked } = body;
      const header = request.headers['idempotency-key'];
      const key = typeof header === 'string' ? header : requestId;
      const what = `${request.method} ${url.pathname} ${JSON.stringify(asked)}`;
      const idempotent = key !== undefined || request.method !== 'POST';
      arrived.push({ mark, what, idempotent, key });
      const answer = JSON.stringify(answerTo(url.pathname, asked, what));
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer),
        Math.random() * 8,
      );
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerTo(path: string, asked: Record<string, unknown>, what: string): unknown {
  const id = createHash('sha256').update(what).digest('hex').slice(0, 8);
  if (path !== '/plan') return { id };
  const customer = Number(asked['customer']);
  const orders = Array.from({ length: 3 }, (_, order) => ({
    sku: `s${customer}${order}`,
    items: Array.from(
      { length: 1 + ((customer + order) % 3) },
      (_item, item) => `i${customer}${order}${item}`,
    ),
  }));
  return { vip: customer % 2 === 0, orders };
}
