import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, describe } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { formatProject, importOpenApi } from '../../../src/membrane.js';
import { validateProject } from '../../../src/project/validate.js';
import { repository } from '../../support/cli.js';
import { testProject, type TestProject } from '../../support/project.js';
import { json, redirect, withServer } from '../../support/server.js';
import { describeAll, open } from './look.js';

const ok = { responses: { 200: { description: 'Fine' } } };

function document(more: object = {}): object {
  return {
    openapi: '3.0.3',
    info: { title: 'Pet Store API', version: '1' },
    paths: { '/me': { get: ok } },
    ...more,
  };
}

/** Imports a document into a new project; what was written has no fault, and is formatted. */
async function imported(given: unknown, options: { url?: string } = {}): Promise<TestProject> {
  const project = await testProject({ 'membrane.yaml': '', 'doc.json': JSON.stringify(given) });
  await importOpenApi({ cwd: project.root, source: options.url ?? project.path('doc.json'), key: 'pets' });
  expect(await faults(project.root)).toEqual([]);
  expect(await formatProject({ cwd: project.root, check: true })).toMatchObject({ changed: [] });
  return project;
}

async function faults(root: string): Promise<string[]> {
  const opened = open(root);
  return describeAll(opened.root, (await validateProject(opened, [])).diagnostics);
}

async function spec(given: unknown, options: { url?: string } = {}): Promise<string> {
  return (await imported(given, options)).read('connectors/pets/spec.yaml');
}

/** The lines from the one that begins so, as long as they are indented more. */
function part(text: string, start: string): string {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.trimStart().startsWith(start));
  const indent = (line: string) => line.length - line.trimStart().length;
  const outer = indent(lines[from] ?? '');
  const length = lines.slice(from + 1).findIndex((line) => line.trim() !== '' && indent(line) <= outer);
  const own = length === -1 ? lines.slice(from) : lines.slice(from, from + 1 + length);
  return `${own
    .map((line) => line.slice(outer))
    .join('\n')
    .trimEnd()}\n`;
}

describe('import openapi', () => {
  it('makes a connector with the address of the API and a test', async () => {
    const text = await spec(
      document({
        servers: [{ url: 'https://api.pets.example/v1/' }, { url: 'https://sandbox.pets.example' }],
      }),
    );
    expect(text)
      .toBe(`# Made of the OpenAPI document beside this file, which its operations come from. What was guessed says so: look at it.

name: Pet Store API
version: '1'
auth:
  type: none
  makeApiClient:
    type: mapping
    mapping:
      # or https://sandbox.pets.example
      baseUri: https://api.pets.example/v1
  # guessed: a request that needs good credentials
  test:
    type: rest-api-mapping
    mapping:
      path: /me
      method: GET
`);
  });

  it('asks for what the address of the API needs', async () => {
    const variables = {
      region: { default: 'eu', enum: ['eu', 'us'], description: 'Where. The data is there.' },
      'tenant-id': { default: 'demo' },
    };
    const text = await spec(
      document({ servers: [{ url: 'https://{region}.pets.example/{tenant-id}', variables }] }),
    );
    expect(part(text, 'auth:')).toBe(`auth:
  type: none
  inputSchema:
    type: object
    properties:
      region:
        type: string
        title: region
        description: Where.
        default: eu
        enum: [eu, us]
      tenant_id:
        type: string
        title: tenant-id
        default: demo
    required: [region, tenant_id]
  makeApiClient:
    type: mapping
    mapping:
      baseUri:
        $tpl:
          template: https://{region}.pets.example/{tenant_id}
          values:
            region:
              $var: $.connectionParameters.region
            tenant_id:
              $var: $.connectionParameters.tenant_id
  # guessed: a request that needs good credentials
  test:
    type: rest-api-mapping
    mapping:
      path: /me
      method: GET
`);
    const older = await spec({
      swagger: '2.0',
      info: { title: 'x', version: '1' },
      host: 'pets.example',
      basePath: '/v2',
      schemes: ['http', 'https'],
      paths: {},
    });
    expect(part(older, 'mapping:')).toBe('mapping:\n  baseUri: https://pets.example/v2\n');
    const unknown = await spec(document({ servers: [{ url: '/v1' }] }));
    expect(part(unknown, 'inputSchema:')).toBe(`inputSchema:
  type: object
  properties:
    baseUri:
      type: string
      title: Base address of the API
      description: What stands before every path, with /v1 at its end
  required: [baseUri]
`);
  });

  it('authenticates as the security schemes say', async () => {
    const flows = {
      authorizationCode: {
        authorizationUrl: 'https://pets.example/authorize',
        tokenUrl: 'https://pets.example/token',
        scopes: { read: 'Read', write: 'Write' },
      },
    };
    const securitySchemes = {
      key: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Key',
        description: 'Under <b>Settings</b>. Then copy it.',
      },
      queryKey: { type: 'apiKey', in: 'query', name: 'key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'SID' },
      basic: { type: 'http', scheme: 'basic' },
      app: { type: 'oauth2', flows },
      machine: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://pets.example/token', scopes: {} } },
      },
    };
    const security = [
      { key: [] },
      { queryKey: [], cookie: [] },
      { basic: [] },
      { app: ['read'] },
      { machine: [] },
      {},
    ];
    const text = await spec(
      document({ servers: [{ url: 'https://pets.example' }], components: { securitySchemes }, security }),
    );
    expect(part(text, 'options:')).toMatchInlineSnapshot(`
      "options:
        key:
          type: client-credentials
          title: key
          inputSchema:
            type: object
            properties:
              apiKey:
                type: string
                title: API key
                description: Under Settings.
                isSensitive: true
            required: [apiKey]
          makeApiClient:
            type: mapping
            mapping:
              baseUri: https://pets.example
              headers:
                X-Key:
                  $var: $.credentials.apiKey
        query-key-cookie:
          type: client-credentials
          title: queryKey + cookie
          inputSchema:
            type: object
            properties:
              queryKey:
                type: string
                title: queryKey
                isSensitive: true
              cookie:
                type: string
                title: cookie
                isSensitive: true
            required: [queryKey, cookie]
          makeApiClient:
            type: mapping
            mapping:
              baseUri: https://pets.example
              headers:
                Cookie:
                  $concat:
                    - SID=
                    - $var: $.credentials.cookie
              query:
                key:
                  $var: $.credentials.queryKey
        basic:
          type: client-credentials
          title: basic
          inputSchema:
            type: object
            properties:
              username:
                type: string
                title: User name
              password:
                type: string
                title: Password
                isSensitive: true
            required: [username, password]
          makeApiClient:
            type: mapping
            mapping:
              baseUri: https://pets.example
              auth:
                username:
                  $var: $.credentials.username
                password:
                  $var: $.credentials.password
        app:
          type: oauth2
          title: app
          parametersSchema:
            type: object
            properties:
              clientId:
                type: string
                title: Client id
              clientSecret:
                type: string
                title: Client secret
                isSensitive: true
              scopes:
                type: string
                title: Scopes
                description: 'With spaces between them: read, write'
                default: read write
            required: [clientId]
          getOAuthConfig:
            type: mapping
            mapping:
              clientId:
                $var: $.connectorParameters.clientId
              clientSecret:
                $var: $.connectorParameters.clientSecret
              authorizeUri: https://pets.example/authorize
              tokenUri: https://pets.example/token
              scopes:
                $var: $.connectorParameters.scopes
          makeApiClient:
            type: mapping
            mapping:
              baseUri: https://pets.example
              headers:
                Authorization:
                  $concat:
                    - 'Bearer '
                    - $var: $.credentials.access_token
        machine:
          type: oauth2
          title: machine
          inputSchema:
            type: object
            properties:
              clientId:
                type: string
                title: Client id
              clientSecret:
                type: string
                title: Client secret
                isSensitive: true
            required: [clientId, clientSecret]
          parametersSchema:
            type: object
            properties:
              scopes:
                type: string
                title: Scopes
                description: With spaces between them
          getOAuthConfig:
            type: mapping
            mapping:
              grantType: client_credentials
              clientId:
                $var: $.connectionParameters.clientId
              clientSecret:
                $var: $.connectionParameters.clientSecret
              tokenUri: https://pets.example/token
              scopes:
                $var: $.connectorParameters.scopes
          makeApiClient:
            type: mapping
            mapping:
              baseUri: https://pets.example
              headers:
                Authorization:
                  $concat:
                    - 'Bearer '
                    - $var: $.credentials.access_token
      "
    `);
  });

  it('takes a token where there is no flow that works here', async () => {
    const of = async (scheme: object) => {
      const text = await spec(
        document({
          servers: [{ url: 'https://pets.example' }],
          components: { securitySchemes: { it: scheme } },
        }),
      );
      return part(text, 'auth:').replace(/\n {2}# guessed: a request[^]*$/, '\n');
    };
    expect(
      await of({
        type: 'oauth2',
        flows: { implicit: { authorizationUrl: 'https://pets.example/a', scopes: {} } },
      }),
    ).toMatchInlineSnapshot(`
      "auth:
        type: client-credentials
        inputSchema:
          type: object
          properties:
            token:
              type: string
              title: Access token
              isSensitive: true
          required: [token]
        # guessed: the document has no OAuth flow that works here, so a token is typed in
        makeApiClient:
          type: mapping
          mapping:
            baseUri: https://pets.example
            headers:
              Authorization:
                $concat:
                  - 'Bearer '
                  - $var: $.credentials.token
      "
    `);
    expect(
      await of({
        type: 'openIdConnect',
        openIdConnectUrl: 'https://id.example/.well-known/openid-configuration',
      }),
    ).toMatchInlineSnapshot(`
      "auth:
        type: oauth2
        parametersSchema:
          type: object
          properties:
            clientId:
              type: string
              title: Client id
            clientSecret:
              type: string
              title: Client secret
              isSensitive: true
            scopes:
              type: string
              title: Scopes
              description: With spaces between them
          required: [clientId]
        getOAuthConfig:
          type: mapping
          mapping:
            clientId:
              $var: $.connectorParameters.clientId
            clientSecret:
              $var: $.connectorParameters.clientSecret
            issuer: https://id.example
            scopes:
              $var: $.connectorParameters.scopes
        makeApiClient:
          type: mapping
          mapping:
            baseUri: https://pets.example
            headers:
              Authorization:
                $concat:
                  - 'Bearer '
                  - $var: $.credentials.access_token
      "
    `);
    expect(await of({ type: 'http', scheme: 'digest' })).toMatchInlineSnapshot(`
      "auth:
        type: client-credentials
        inputSchema:
          type: object
          properties:
            authorization:
              type: string
              title: Authorization header
              isSensitive: true
          required: [authorization]
        # guessed: the document wants the scheme "digest", which is not known here; the whole header is typed in
        makeApiClient:
          type: mapping
          mapping:
            baseUri: https://pets.example
            headers:
              Authorization:
                $var: $.credentials.authorization
      "
    `);
    expect(await of({ type: 'http', scheme: 'Bearer' })).toMatchInlineSnapshot(`
      "auth:
        type: client-credentials
        inputSchema:
          type: object
          properties:
            token:
              type: string
              title: Token
              isSensitive: true
          required: [token]
        makeApiClient:
          type: mapping
          mapping:
            baseUri: https://pets.example
            headers:
              Authorization:
                $concat:
                  - 'Bearer '
                  - $var: $.credentials.token
      "
    `);
    expect(await of({ type: 'apiKey', in: 'header', name: 'Authorization' })).toMatchInlineSnapshot(`
      "auth:
        type: client-credentials
        inputSchema:
          type: object
          properties:
            apiKey:
              type: string
              title: API key
              isSensitive: true
          required: [apiKey]
        # guessed: the key is the whole header; add what the API wants before it, such as "Bearer "
        makeApiClient:
          type: mapping
          mapping:
            baseUri: https://pets.example
            headers:
              Authorization:
                $var: $.credentials.apiKey
      "
    `);
  });

  it('copies the files that a document refers to', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'docs/api.yaml':
        "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths:\n  /a: {$ref: paths/a.yaml}\n",
      'docs/paths/a.yaml': "get: {responses: {'200': {$ref: ../more.yaml#/ok}}}\n",
      'docs/more.yaml': 'ok: {description: Fine}\n',
    });
    const report = await importOpenApi({ cwd: project.root, source: 'docs/api.yaml' });
    expect(report).toEqual({
      key: 'pets',
      files: ['spec.yaml', 'openapi.yaml', 'paths/a.yaml', 'more.yaml'].map(
        (name) => `connectors/pets/${name}`,
      ),
      operations: 1,
      collections: [],
      auth: [],
    });
    expect(await project.read('connectors/pets/openapi.yaml')).toBe(await project.read('docs/api.yaml'));
    expect(await faults(project.root)).toEqual([]);
  });

  it('reads a document from an address, redirects and other files included', async () => {
    const given = document({ servers: [{ url: '../v1' }], paths: { '/me': { $ref: 'me.json' } } });
    const routes = {
      '/docs/latest': redirect(302, '/docs/api.json'),
      '/docs/api.json': json(given),
      '/docs/me.json': json({ get: ok }),
    };
    await withServer(routes, async ({ url }) => {
      const project = await imported({}, { url: `${url}/docs/api.json` });
      expect(part(await project.read('connectors/pets/spec.yaml'), 'mapping:')).toBe(
        `mapping:\n  baseUri: ${url}/v1\n`,
      );
      expect(await project.read('connectors/pets/me.json')).toBe(JSON.stringify({ get: ok }));
      await importOpenApi({ cwd: project.root, source: `${url}/docs/latest`, key: 'again' });
      expect(await project.read('connectors/again/openapi.json')).toBe(JSON.stringify(given));
      expect(await failure(importOpenApi({ cwd: project.root, source: `${url}/none.json` }))).toMatchObject({
        code: 'http/status',
      });
    });
  });

  it('writes over nothing, unless it is told to', async () => {
    const project = await imported(document());
    const again = (more: object = {}) =>
      importOpenApi({ cwd: project.root, source: 'doc.json', key: 'pets', ...more });
    expect(await failure(again())).toEqual({
      code: 'project/exists',
      message: 'connector "pets" has a "spec.yaml" already',
      hint: 'choose another key with --key, or replace its files with --force',
    });
    await project.write('connectors/pets/spec.yaml', '');
    await project.write('connectors/pets/operations/mine.yaml', 'run: {type: not-supported}\n');
    await again({ force: true });
    expect(await faults(project.root)).toEqual([]);
    expect(await project.read('connectors/pets/operations/mine.yaml')).toBe('run: {type: not-supported}\n');
    await again({ dir: 'packages/a/connectors/pets' });
    expect(await project.read('packages/a/connectors/pets/spec.yaml')).toBe(
      await project.read('connectors/pets/spec.yaml'),
    );
  });

  it('says why a document cannot be imported', async () => {
    const project = await testProject({
      'membrane.yaml': '',
      'broken.yaml': 'openapi: [\n',
      'old.yaml': 'swagger: 1.2\n',
      'nameless.json': JSON.stringify(document({ info: {} })),
      'far.yaml': 'openapi: 3.0.0\npaths: {/a: {$ref: data/a.yaml}}\n',
      'data/a.yaml': 'get: {}\n',
    });
    const say = (source: string, more: object = {}) =>
      failure(importOpenApi({ cwd: project.root, source, ...more }), project.root);
    expect(await say('none.yaml')).toEqual({
      code: 'usage/file',
      message: '"none.yaml" cannot be read',
      frames: ['none.yaml:1:1 file/unreadable: the file cannot be read: it does not exist'],
    });
    expect(await say('broken.yaml')).toEqual({
      code: 'usage/file',
      message: '"broken.yaml" is no OpenAPI document that can be read',
      frames: [
        'broken.yaml:1:10 yaml/syntax: a list or object in brackets has no end, or goes on further to the left',
      ],
    });
    expect(await say('old.yaml')).toEqual({
      code: 'usage/file',
      message: '"old.yaml" is no OpenAPI document that can be read',
      frames: ['old.yaml:1:10 openapi/version: no version "1.2" of OpenAPI is known'],
    });
    expect(await say('nameless.json')).toEqual({
      code: 'usage/argument',
      message: 'the document has no title to make a key of',
      hint: 'give one: --key KEY',
    });
    expect(await say('nameless.json', { key: 'a/b' })).toEqual({
      code: 'usage/argument',
      message: '"a/b" cannot be a key',
      hint: 'use letters, digits, "-", "_" and "."',
    });
    expect(await say('far.yaml', { key: 'far' })).toEqual({
      code: 'usage/file',
      message: '"far.yaml" refers to "data/a.yaml", which cannot lie beside a connector',
      hint: 'put the document into one file first: npx @redocly/cli bundle FILE -o openapi.yaml',
    });
    await withServer({ '/a': json({ openapi: 1 }) }, async ({ url, host }) => {
      expect(await failure(importOpenApi({ cwd: project.root, source: `${url}/a` }))).toEqual({
        code: 'usage/file',
        message: `"http://${host}/a" is no OpenAPI document that can be read`,
        hint: 'line 1: no version "1.0" of OpenAPI is known',
      });
    });
  });

  it('makes sense of a document of a real API', async () => {
    const given = JSON.parse(
      readFileSync(path.join(repository, 'test/fixtures/openapi/gitea.json'), 'utf8'),
    ) as unknown;
    const project = await imported(given);
    const opened = open(project.root);
    expect(opened.list('operation').length).toBe(346);
    expect(
      opened
        .list('data-collection')
        .map(({ ref, value }) => `${ref.key}: ${Object.keys(value['methods'] as object).join(' ')}`),
    ).toMatchInlineSnapshot(`
      [
        "admin-hooks: list findById create update",
        "blocks: list create",
        "branch-protections: list findById update delete",
        "branches: list findById create delete",
        "collaborators: list findById update delete",
        "contents: list findById update",
        "dependencies: list create",
        "forks: list create",
        "git: list findById update delete",
        "gpg-keys: list findById create delete",
        "issues: list findById create update delete",
        "milestones: list findById create update delete",
        "oauth2: list findById create update delete",
        "orgs: list findById create update delete",
        "orgs-hooks: list findById create update delete",
        "orgs-labels: list findById create update delete",
        "orgs-members: list findById delete",
        "orgs-repos: list create",
        "orgs-teams: list create",
        "public-members: list findById delete",
        "pulls: list findById create update",
        "push-mirrors: list findById delete",
        "releases: list findById create update delete",
        "repos-hooks: list findById create update delete",
        "repos-issues-assets: list findById update delete",
        "repos-issues-comments: list findById update delete",
        "repos-issues-comments-2: list create update delete",
        "repos-issues-comments-assets: list findById update delete",
        "repos-issues-labels: list delete",
        "repos-issues-times: list create delete",
        "repos-keys: list findById create delete",
        "repos-labels: list findById create update delete",
        "repos-releases-assets: list findById update delete",
        "repos-teams: list findById delete",
        "reviews: list findById create update delete",
        "subscriptions: list delete",
        "tags: list findById create delete",
        "teams-members: list findById delete",
        "tokens: list create delete",
        "user-following: list findById delete",
        "user-hooks: list findById create update delete",
        "user-keys: list findById create delete",
        "user-repos: list create",
        "users: list create update delete",
        "users-following: list findById",
      ]
    `);
  });
});

/** What an expected error says; anything else is thrown on. */
async function failure(work: Promise<unknown>, root = ''): Promise<Record<string, unknown>> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof MembraneError)) throw error;
  const { code, message, hint, diagnostics } = error;
  const frames = diagnostics.map(
    ({ code: one, message: text, span }) =>
      `${path.relative(root, span.file)}:${span.line}:${span.column} ${one}: ${text}`,
  );
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(frames.length === 0 ? {} : { frames }),
  };
}
