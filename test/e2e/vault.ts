import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { json, slow, startServer, status, type Routes, type TestServer } from '../support/server.js';
import type { CliOptions, CliResult } from '../support/cli.js';
import { testProject, type TestProject } from '../support/project.js';

/** An API that repeats what it was sent, wherever an API can: the secrets come back with every answer. */
export const talkative: Routes = {
  '/me': slow(50, json({ id: 'me' })),
  '/echo': slow(50, (response, request) =>
    json(request, { 'x-echo': String(request.headers['x-api-key']) })(response, request),
  ),
  '/fail': slow(50, (response, request) => {
    const key = String(request.headers['x-api-key']);
    const [, basic = ''] = String(request.headers.authorization).split(' ');
    const body = {
      message: `no such account: ${key}`,
      tried: [
        key,
        basic,
        request.path,
        Buffer.from(key).toString('base64'),
        Buffer.from(key).toString('hex'),
      ],
      [key]: key,
    };
    return status(400, body, { 'x-echo': key, 'set-cookie': `session=${basic}` })(response, request);
  }),
};

/** The secrets go out in a header, in HTTP Basic and in the query. */
const files = {
  'connectors/vault/spec.yaml': `
name: Vault
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey: {type: string, isSensitive: true, minLength: 8}
      baseUri: {type: string}
    required: [apiKey, baseUri]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: $.credentials.baseUri}
      headers:
        X-Api-Key: {$var: $.credentials.apiKey}
      auth:
        username: ada
        password: {$var: $.credentials.apiKey}
      query:
        account: {$var: $.credentials.apiKey}
  test:
    type: rest-api-mapping
    mapping: {path: /me, method: GET}
`,
  'actions/look.yaml': `
type: api-request-to-external-app
config:
  request: {path: /me, method: GET}
`,
  'actions/repeat.yaml': `
type: api-request-to-external-app
config:
  request:
    path: /echo
    method: POST
    data: {note: {$var: $.input.note}}
`,
  'actions/fail.yaml': `
type: api-request-to-external-app
config:
  request: {path: /fail, method: GET}
`,
};

export interface Vault {
  readonly project: TestProject;
  readonly server: TestServer;
  readonly key: string;
  /** What `connect` reads on stdin. */
  readonly input: string;
}

/** A project with a connector to a talkative API, and a key that no other test has. */
export async function vault(settings = '', routes: Routes = talkative): Promise<Vault> {
  const server = await startServer(routes);
  const project = await testProject({ 'membrane.yaml': settings, ...files });
  const key = `sk-"${randomBytes(6).toString('hex')}"/1?2+3=4&5\\6 ~`;
  return { project, server, key, input: JSON.stringify({ apiKey: key, baseUri: server.url }) };
}

/** Every form in which a key is likely to stand somewhere. */
export function formsOf(key: string): string[] {
  const pair = `ada:${key}`;
  const hex = Buffer.from(key).toString('hex');
  return [
    key,
    encodeURIComponent(key),
    encodeURI(key),
    new URLSearchParams({ key }).toString().slice('key='.length),
    JSON.stringify(key).slice(1, -1),
    JSON.stringify(JSON.stringify(key).slice(1, -1)).slice(1, -1),
    ...[key, pair].flatMap((text) => [
      Buffer.from(text).toString('base64').replace(/=+$/, ''),
      Buffer.from(text).toString('base64url'),
    ]),
    hex,
    hex.toUpperCase(),
    // What stands between the characters that some encodings change.
    /[0-9a-f]{12}/.exec(key)?.[0] ?? key,
  ];
}

/** Names of files below `folder`, with everything in `.membrane`, that hold the key in any form. */
export function filesWith(key: string, folder: string): string[] {
  const forms = formsOf(key).map((form) => Buffer.from(form));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) return false;
    const bytes = readFileSync(file);
    return forms.some((form) => bytes.includes(form));
  });
}

/** Runs one command after another; everything they print, and the arguments of all processes meanwhile. */
export async function runAll(
  project: TestProject,
  commands: readonly (readonly string[] | { args: readonly string[]; input: string })[],
  options: Partial<CliOptions> = {},
): Promise<{ results: CliResult[]; seen: string }> {
  const seen = new Set<string>();
  const timer = setInterval(() => commandLines().forEach((line) => seen.add(line)), 15);
  const results: CliResult[] = [];
  try {
    for (const command of commands) {
      const { args, input } = 'args' in command ? command : { args: command, input: '' };
      results.push(await project.run(args, { ...options, input }));
    }
  } finally {
    clearInterval(timer);
  }
  expect([...seen].some((line) => line.includes('membrane.js'))).toBe(true); // it has looked in time
  return { results, seen: [...seen].join('\n') };
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
