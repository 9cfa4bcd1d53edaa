/**
 * An API that keeps items, tells of them in three ways, and misbehaves on command. It also plays the user's own app:
 * what is posted to `/app/events/KEY` is kept.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Item {
  readonly id: string;
  /** Its content: grows with every change. */
  n: number;
  created: number;
  updated: number;
  /** Lists do not have it before. */
  shownAt: number;
}

/** A delivery to the user's app. */
export interface Delivered {
  readonly key: string;
  readonly event: string;
  readonly record: string;
  readonly n: number | undefined;
}

/** What a list does instead of its answer; false: it answers as ever. */
export type Fault = (
  request: { path: string; url: URL; page: number },
  response: ServerResponse,
  body: Page,
) => boolean | Promise<boolean>;

export interface Page {
  records: Record<string, unknown>[];
  cursor?: string | undefined;
  /** What the feed of all changes gives instead. */
  events?: Record<string, unknown>[];
  state?: number;
}

/** The paths of the lists: of all items, of the newest, and of changes. */
export const lists = ['/list', '/latest', '/changes'] as const;

export const pageSize = 10;

export class Api {
  readonly items = new Map<string, Item>();
  /** The feed of all changes. */
  readonly changes: { type: string; item: Item }[] = [];
  readonly delivered: Delivered[] = [];
  /** The app answers with this status. */
  appStatus = 200;
  /** What it does with what it was sent, by the end of the path, before it answers. */
  appWaits: ((key: string) => Promise<void> | undefined) | undefined;
  fault: Fault | undefined;
  /** Paths of lists at which something was wrong. */
  readonly misbehaved = new Set<string>();
  /** How times are written. */
  time: (ms: number) => unknown = (ms) => new Date(ms).toISOString();
  id: (id: string) => unknown = (id) => id;
  now = Date.now();
  requests = 0;
  private made = 0;
  private readonly server = createServer((request, response) => void this.answer(request, response));
  url = '';

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  create(how: { at?: number; shownAt?: number; id?: string } = {}): Item {
    this.made += 1;
    const at = how.at ?? this.now;
    const id = how.id ?? String(1000 + this.made);
    const item = {
      id,
      n: (this.items.get(id)?.n ?? 0) + this.made,
      created: at,
      updated: at,
      shownAt: how.shownAt ?? 0,
    };
    this.items.set(id, item);
    this.changes.push({ type: 'created', item: { ...item } });
    return item;
  }

  update(id: string, how: { at?: number } = {}): Item {
    const item = this.items.get(id) as Item;
    this.made += 1;
    item.n = this.made * 1000;
    item.updated = how.at ?? this.now;
    this.changes.push({ type: 'updated', item: { ...item } });
    return item;
  }

  delete(id: string): void {
    const item = this.items.get(id) as Item;
    this.items.delete(id);
    this.changes.push({ type: 'deleted', item: { ...item } });
  }

  /** As lists have them now, newest first. */
  newest(by: 'created' | 'updated'): Item[] {
    return this.shown().sort((a, b) => b[by] - a[by] || (a.id < b.id ? 1 : -1));
  }

  private shown(): Item[] {
    return [...this.items.values()].filter(({ shownAt }) => shownAt <= this.now);
  }

  page(url: URL): Page {
    const at = Number(url.searchParams.get('cursor') ?? '0');
    const path = url.pathname;
    if (path === '/changes') {
      const since = Math.min(Number(url.searchParams.get('since') || '0'), this.changes.length);
      const found = this.changes.slice(since, since + pageSize);
      return {
        records: [],
        events: found.map(({ type, item }) => ({ type, record: this.record(item) })),
        state: since + found.length,
      };
    }
    const by = url.searchParams.get('by') === 'created' ? 'created' : 'updated';
    const all = path === '/latest' ? this.newest(by) : this.shown().sort((a, b) => (a.id < b.id ? -1 : 1));
    const records = all.slice(at, at + pageSize).map((item) => this.record(item));
    return { records, cursor: at + pageSize < all.length ? String(at + pageSize) : undefined };
  }

  private record({ id, n, created, updated }: Item): Record<string, unknown> {
    return {
      id: this.id(id),
      createdTime: this.time(created),
      updatedTime: this.time(updated),
      fields: { n, label: `item ${id}` },
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', this.url);
    const path = url.pathname;
    this.requests += 1;
    if (path.startsWith('/app/') || path.startsWith('/items/')) {
      const key = request.headers['idempotency-key'];
      const { status, body } = this.reply(
        url,
        Buffer.concat(chunks).toString(),
        typeof key === 'string' ? key : undefined,
      );
      await this.appWaits?.(decodeURIComponent(path.split('/').at(-1) ?? ''));
      return send(response, status, body);
    }
    const body = this.page(url);
    const page = Number(url.searchParams.get('cursor') ?? '0') / pageSize;
    if (this.fault !== undefined && (await this.fault({ path, url, page }, response, body))) {
      this.misbehaved.add(path);
      return;
    }
    send(response, 200, body);
  }

  /** What it answers to a request that nothing happens to. */
  reply(
    url: URL,
    text: string,
    run: string | undefined,
  ): { readonly status: number; readonly body: unknown } {
    const path = url.pathname;
    if (path.startsWith('/app/')) return { status: this.take(path, text, run), body: {} };
    if (!path.startsWith('/items/')) return { status: 200, body: this.page(url) };
    const item = this.items.get(decodeURIComponent(path.slice('/items/'.length)));
    return item === undefined
      ? { status: 404, body: { message: 'gone' } }
      : { status: 200, body: this.record(item) };
  }

  private take(path: string, text: string, run: string | undefined): number {
    if (this.appStatus === 200) {
      const body = JSON.parse(text) as { id: string; record: { id: string; fields: { n?: number } } };
      const key = decodeURIComponent(path.split('/').at(-1) ?? '');
      this.delivered.push({ key, event: run ?? body.id, record: body.record.id, n: body.record.fields.n });
    }
    return this.appStatus;
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
