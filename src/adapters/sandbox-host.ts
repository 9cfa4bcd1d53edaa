import { Buffer } from 'node:buffer';
import { createHash, createHmac, getHashes, randomBytes, randomUUID } from 'node:crypto';
import { MembraneError } from '../core/error.js';
import { isObject, parseJson, type JsonObject } from '../core/json.js';
import type { ClientRequest } from '../core/kind.js';
import type { Clock } from '../core/ports.js';
import type { FetchRequest, LogLine, SandboxCall } from '../core/sandbox.js';

/** What the sandbox may ask at once: pure functions, and the log, which says when it is full. */
export function answerNow(operation: string, json: string, log: (line: LogLine) => boolean): unknown {
  const question = JSON.parse(json) as never;
  switch (operation) {
    case 'log':
      return log(question);
    case 'url':
      return urlParts(question);
    case 'digest':
      return digest(question);
    case 'uuid':
      return randomUUID();
    case 'random':
      return randomBytes(Math.min(Number(question) || 0, 65_536)).toString('base64');
    default:
      throw new TypeError(`the sandbox has no operation "${operation}"`);
  }
}

/** What the sandbox may ask and wait for. */
export function answerLater(
  operation: string,
  json: string,
  call: SandboxCall,
  clock: Clock,
): Promise<unknown> {
  const question = JSON.parse(json) as JsonObject;
  if (operation === 'send') return send(question, call);
  if (operation === 'fetch') return fetchIt(question, call);
  return clock.sleep(Number(question['ms']) || 0, call.signal);
}

/** An error as the code can catch it; `number` finds it again when it is not caught. */
export function factsOf(error: unknown, number: number): JsonObject {
  if (!(error instanceof MembraneError)) return { number, name: 'Error', message: 'the request was cut off' };
  const { name, message, code, key = null, data } = error;
  const status = data?.['status'] ?? null;
  const facts = { number, name, message, code, class: error.class ?? null, key, status, data: data ?? {} };
  return JSON.parse(JSON.stringify(facts)) as JsonObject;
}

async function send({ client: name, base64, ...request }: JsonObject, call: SandboxCall): Promise<unknown> {
  const client = call.clients[String(name)];
  const { path = '', headers, method } = request;
  const response = await client?.send({
    ...(request as Partial<ClientRequest>),
    path: String(path),
    headers: isObject(headers) ? headers : {},
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    ...(typeof base64 === 'string' ? { data: Buffer.from(base64, 'base64') } : {}),
  });
  return response;
}

async function fetchIt(question: JsonObject, call: SandboxCall): Promise<unknown> {
  const { base64, data, ...request } = question;
  const body = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : (data as string | undefined);
  const response = await call.fetch({ ...(request as unknown as FetchRequest), body });
  const { url, status, headers } = response;
  const bytes = Buffer.from(response.body);
  return { url, status, headers, base64: bytes.toString('base64'), ...exactJson(bytes.toString()) };
}

/** The same JSON with integers beyond 2^53 as texts, where it has some. */
function exactJson(text: string): { exact?: string } {
  if (!/\d{16}/.test(text)) return {};
  try {
    return { exact: JSON.stringify(parseJson(text)) };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const urlFields = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

/** The parts of an address, after one of them was set; undefined for what is no address. */
function urlParts(question: {
  href: string;
  base?: string;
  name?: (typeof urlFields)[number];
  value?: string;
}) {
  const { href, base, name, value = '' } = question;
  if (!URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  if (name === 'href' && !URL.canParse(value)) return undefined;
  if (name !== undefined && name !== 'origin') url[name] = value;
  return Object.fromEntries(urlFields.map((field) => [field, url[field]]));
}

/** Base64 of a hash, or of a keyed one, of parts in base64; undefined for a hash that nobody knows. */
function digest({ algorithm, parts, key }: { algorithm: string; parts: string[]; key?: string }) {
  if (!getHashes().includes(algorithm)) return undefined;
  const hash = key === undefined ? createHash(algorithm) : createHmac(algorithm, Buffer.from(key, 'base64'));
  for (const part of parts) hash.update(Buffer.from(part, 'base64'));
  return hash.digest('base64');
}
