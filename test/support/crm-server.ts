import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A contact as the REST API sends it. */
export interface Contact {
  readonly id: number;
  email: string;
  first_name: string;
  last_name: string;
  phone: string | null;
  readonly created_at: string;
  [custom: string]: unknown;
}

export interface CrmServer {
  readonly url: string;
  /** `METHOD PATH?QUERY` of everything that arrived, in order. */
  readonly requests: string[];
  readonly contacts: Contact[];
  /** Called before each page of a list is made, with its offset. */
  onPage: ((offset: number) => void) | undefined;
  close(): Promise<void>;
}

export const token = 'token-of-ada';
export const readingToken = 'token-that-only-reads';

/**
 * A CRM with a REST API and a GraphQL API over the same contacts, that behaves as such APIs are documented: bearer
 * tokens with scopes, cursor pages (REST), connections with edges (GraphQL), errors that name the field.
 */
export async function startCrmServer({ contacts: count = 5 } = {}): Promise<CrmServer> {
  const contacts = Array.from({ length: count }, (_, index) => contact(index + 1));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      requests.push(`${request.method} ${request.url}`);
      const { status, data } = answer(crm, request, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(data === undefined ? undefined : JSON.stringify(data));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const crm: CrmServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    contacts,
    onPage: undefined,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return crm;
}

function contact(id: number): Contact {
  return {
    id,
    email: `person${id}@example.com`,
    first_name: `First${id}`,
    last_name: `Last${id}`,
    phone: id % 2 === 0 ? null : `+4412345${id}`,
    created_at: new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString(),
    cf_tier: id % 3 === 0 ? 'gold' : 'basic',
  };
}

interface Reply {
  readonly status: number;
  readonly data?: unknown;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(crm: CrmServer, request: IncomingMessage, body: Record<string, unknown>): Reply {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const { authorization } = request.headers;
  const known = [token, readingToken].some((one) => authorization === `Bearer ${one}`);
  if (!known) return { status: 401, data: { message: 'invalid token' } };
  const mayWrite = authorization === `Bearer ${token}`;
  if (pathname === '/graphql') return graphql(crm, body, mayWrite);
  const { method = 'GET' } = request;
  if (method !== 'GET' && !mayWrite)
    return { status: 403, data: { message: 'the token lacks contacts:write' } };
  if (pathname === '/contact_fields') {
    return {
      status: 200,
      data: [
        { name: 'cf_tier', kind: 'text' },
        { name: 'cf_score', kind: 'number' },
      ],
    };
  }
  if (pathname === '/contacts' && method === 'GET') return list(crm, query);
  if (pathname === '/contacts/search') return list(crm, query, matching(query.get('q') ?? ''));
  if (pathname === '/contacts' && method === 'POST') return create(crm, body);
  const id = /^\/contacts\/(\d+)$/.exec(pathname)?.[1];
  return id === undefined
    ? { status: 404, data: { message: 'no such path' } }
    : one(crm, method, Number(id), body);
}

/** Offset pages behind an opaque cursor, as many APIs have them: they shift when records come or go. */
function list(crm: CrmServer, query: URLSearchParams, fits: (one: Contact) => boolean = () => true): Reply {
  const offset = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 2);
  crm.onPage?.(offset);
  const email = query.get('email');
  const found = crm.contacts.filter((one) => fits(one) && (email === null || one.email === email));
  const items = found.slice(offset, offset + limit);
  const next = offset + limit < found.length ? String(offset + limit) : null;
  return { status: 200, data: { items, next } };
}

function matching(text: string): (one: Contact) => boolean {
  return ({ first_name, last_name, email }) => `${first_name} ${last_name} ${email}`.includes(text);
}

function refused(crm: CrmServer, { email }: Record<string, unknown>): Reply | undefined {
  const fault = (status: number, code: string, message: string): Reply => ({
    status,
    data: { message: 'validation failed', errors: [{ field: 'email', code, message }] },
  });
  if (typeof email !== 'string' || !email.includes('@')) return fault(422, 'invalid', 'is no email address');
  if (crm.contacts.some((one) => one.email === email)) return fault(409, 'taken', 'has already been taken');
  return undefined;
}

function add(crm: CrmServer, body: Record<string, unknown>): Contact {
  const id = Math.max(0, ...crm.contacts.map((one) => one.id)) + 1;
  const created = { ...contact(id), first_name: '', last_name: '', phone: null, ...body, id };
  crm.contacts.push(created);
  return created;
}

function create(crm: CrmServer, body: Record<string, unknown>): Reply {
  return refused(crm, body) ?? { status: 201, data: { id: add(crm, body).id } };
}

function one(crm: CrmServer, method: string, id: number, body: Record<string, unknown>): Reply {
  const index = crm.contacts.findIndex((candidate) => candidate.id === id);
  const found = crm.contacts[index];
  if (found === undefined) return { status: 404, data: { message: `no contact ${id}` } };
  if (method === 'PATCH') Object.assign(found, body);
  if (method === 'DELETE') crm.contacts.splice(index, 1);
  return method === 'DELETE' ? { status: 204 } : { status: 200, data: found };
}

/** Just enough of GraphQL: one root field with arguments, named by literals or by variables. */
function graphql(crm: CrmServer, body: Record<string, unknown>, mayWrite: boolean): Reply {
  const text = String(body['query']);
  const variables = (body['variables'] ?? {}) as Record<string, unknown>;
  const root = /\{\s*(\w+)\s*(?:\(((?:[^()"]|"(?:[^"\\]|\\.)*")*)\))?/.exec(text);
  const args = argumentsOf(root?.[2] ?? '', variables);
  const fault = (code: string, message: string, more = {}): Reply => ({
    status: 200,
    data: { data: null, errors: [{ message, path: [root?.[1]], extensions: { code, ...more } }] },
  });
  if (/^\s*mutation/.test(text) && !mayWrite) return fault('FORBIDDEN', 'the token lacks contacts:write');
  const node = (found: Contact) => ({
    id: String(found.id),
    email: found.email,
    name: `${found.first_name} ${found.last_name}`,
    createdAt: found.created_at,
  });
  const found = crm.contacts.find(({ id, email }) => String(id) === args['id'] || email === args['email']);
  switch (root?.[1]) {
    case 'contacts': {
      const first = Number(args['first'] ?? 2);
      const after = crm.contacts.findIndex(({ id }) => String(id) === args['after']) + 1;
      const nodes = crm.contacts.slice(after, after + first).map(node);
      const hasNextPage = after + first < crm.contacts.length;
      const edges = nodes.map((one) => ({ cursor: one.id, node: one }));
      const pageInfo = { hasNextPage, endCursor: nodes.at(-1)?.id ?? null };
      return { status: 200, data: { data: { contacts: { edges, pageInfo } } } };
    }
    case 'contact':
      if (found === undefined) return { status: 200, data: { data: { contact: null } } };
      return { status: 200, data: { data: { contact: node(found) } } };
    case 'createContact': {
      const refusal = refused(crm, args);
      if (refusal?.status === 409) return fault('CONFLICT', 'has already been taken', { field: 'email' });
      if (refusal !== undefined)
        return fault('BAD_USER_INPUT', 'is no email address', { argumentName: 'email' });
      return { status: 200, data: { data: { createContact: node(add(crm, args)) } } };
    }
    default:
      return fault('GRAPHQL_VALIDATION_FAILED', `cannot query field "${root?.[1]}"`);
  }
}

function argumentsOf(text: string, variables: Record<string, unknown>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)\s*:\s*("(?:[^"\\]|\\.)*"|\$\w+|[\w.]+)/g)) {
    found[name] = value.startsWith('$') ? variables[value.slice(1)] : (JSON.parse(value) as unknown);
  }
  return found;
}
