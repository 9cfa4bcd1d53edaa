#!/usr/bin/env node
/**
 * A small CRM with an HTTP API, for trying things out: contacts in memory, an API key, paging, errors as JSON.
 *
 *   node server.mjs [--port 4455] [--api-key demo-key]
 *
 * It has no dependency and knows nothing of membrane: to membrane it is an API like any other.
 */
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const largestBody = 100_000;
const fields = ['firstName', 'lastName', 'email', 'company', 'phone', 'optIn'];

/**
 * Starts the CRM on 127.0.0.1. Port 0 takes any free one. `quirk` may answer a request in the API's place
 * (return true then): tests make the API slow, busy or broken with it.
 *
 * @param {import('./server.mjs').CrmOptions} [options]
 * @returns {Promise<import('./server.mjs').Crm>}
 */
export async function startCrm({ port = 0, apiKey = 'demo-key', quirk } = {}) {
  const crm = { contacts: new Map(), requests: [], lastId: 0 };
  for (const contact of seed) add(crm, contact);

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://crm');
    const seen = { method: request.method, path: url.pathname + url.search, headers: request.headers };
    crm.requests.push(seen);
    if (quirk?.(request, response) === true) return;
    try {
      if (request.headers['x-api-key'] !== apiKey)
        throw fault(401, 'unauthorized', 'the API key is missing or wrong');
      seen.body = await readBody(request);
      const { status, data } = route(crm, request.method, url, seen.body);
      answer(response, status, data);
    } catch (error) {
      const { status = 500, code = 'internal', message } = error;
      answer(response, status, { error: { code, message } });
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    apiKey,
    requests: crm.requests,
    contacts: () => [...crm.contacts.values()],
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const seed = [
  { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@analytical.example', company: 'Analytical Engines' },
  {
    firstName: 'Charles',
    lastName: 'Babbage',
    email: 'charles@analytical.example',
    company: 'Analytical Engines',
  },
  {
    firstName: 'Grace',
    lastName: 'Hopper',
    email: 'grace@flowmatic.example',
    company: 'Flow-Matic',
    phone: '+1 555 0100',
  },
];

function route(crm, method, url, body) {
  const [, collection, id, ...more] = url.pathname.split('/');
  const name = more.length > 0 ? undefined : `${method} /${collection}${id === undefined ? '' : '/:id'}`;
  if (name === 'GET /me') return ok({ id: 'user-1', name: 'Demo User', account: 'Example Company' });
  if (name === 'GET /contacts') return ok(list(crm, url.searchParams));
  if (name === 'POST /contacts') return { status: 201, data: add(crm, checked(crm, body)) };
  if (collection !== 'contacts' || id === undefined || more.length > 0) {
    throw fault(404, 'no_such_path', `there is no ${method} ${url.pathname}`);
  }
  const contact = crm.contacts.get(id);
  if (contact === undefined) throw fault(404, 'not_found', `there is no contact ${id}`);
  if (method === 'GET') return ok(contact);
  if (method === 'PATCH') return ok(change(crm, contact, body));
  if (method === 'DELETE') {
    crm.contacts.delete(id);
    return { status: 204 };
  }
  throw fault(405, 'method_not_allowed', `${method} is not possible here`);
}

/** Filters are exact (`email`, `company`); `cursor` is what the page before gave as `nextCursor`. */
function list(crm, query) {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? 100) || 100, 1), 100);
  const start = Number(query.get('cursor') ?? 0) || 0;
  const wanted = ['email', 'company'].filter((field) => query.has(field));
  const found = [...crm.contacts.values()].filter((contact) =>
    wanted.every((field) => contact[field]?.toLowerCase() === query.get(field).toLowerCase()),
  );
  const more = found.length > start + limit;
  return { items: found.slice(start, start + limit), ...(more ? { nextCursor: String(start + limit) } : {}) };
}

function add(crm, contact) {
  crm.lastId += 1;
  const now = new Date().toISOString();
  const stored = { id: String(crm.lastId), ...contact, createdAt: now, updatedAt: now };
  crm.contacts.set(stored.id, stored);
  return stored;
}

function change(crm, contact, body) {
  const changed = {
    ...contact,
    ...checked(crm, { ...contact, ...body }, contact.id),
    updatedAt: new Date().toISOString(),
  };
  crm.contacts.set(contact.id, changed);
  return changed;
}

/** The fields of a contact, or the fault that the API answers with. */
function checked(crm, body, ownId) {
  const contact = Object.fromEntries(
    fields.filter((field) => body?.[field] !== undefined).map((field) => [field, body[field]]),
  );
  if (typeof contact.email !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(contact.email)) {
    throw fault(422, 'invalid_email', `${JSON.stringify(contact.email ?? null)} is no email address`);
  }
  const same = [...crm.contacts.values()].find(
    (other) => other.id !== ownId && other.email === contact.email,
  );
  if (same !== undefined) throw fault(409, 'duplicate', `contact ${same.id} has the email ${contact.email}`);
  return contact;
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBody) throw fault(413, 'too_large', `a body holds at most ${largestBody} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw fault(400, 'invalid_json', 'the body is no JSON');
  }
}

function ok(data) {
  return { status: 200, data };
}

function fault(status, code, message) {
  return Object.assign(new Error(message), { status, code });
}

function answer(response, status, data) {
  if (data === undefined) return response.writeHead(status).end();
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4455' },
      'api-key': { type: 'string', default: 'demo-key' },
    },
  });
  try {
    const crm = await startCrm({ port: Number(values.port), apiKey: values['api-key'] });
    console.log(
      `the example CRM listens at ${crm.url} and takes the API key "${crm.apiKey}"; Ctrl-C stops it`,
    );
  } catch (error) {
    console.error(`the example CRM cannot listen at port ${values.port}: ${error.message}; try --port 0`);
    process.exitCode = 1;
  }
}
