import { describe, expect, it } from 'vitest';
import { MembraneError } from '../../../src/core/error.js';
import { connector, failure, world } from './world.js';
import type { Answer } from '../../support/server.js';

const found: Answer = (response, { path, body }) => {
  const data = { path, ...(body === '' ? {} : { body: JSON.parse(body) as unknown }) };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data));
};

const files = {
  'connectors/crm/operations/find-contact/spec.yaml': `name: Find a contact
inputSchema:
  type: object
  properties:
    email: {type: string}
    limit: {type: integer, default: 1}
  required: [email]
outputSchema: {type: object, properties: {path: {type: integer}}}
run: {implementationType: rest-api-mapping}
`,
  'connectors/crm/operations/find-contact/run.rest.yml': `path: /contacts
method: GET
requestMapping:
  query: {email: {$var: input.email}, limit: {$var: input.limit}}
`,
  'connectors/crm/operations/find-ada.yaml': `run:
  type: operation-mapping
  mapping:
    operationKey: find-contact
    inputMapping: {email: ada@example.com, limit: 2}
    outputMapping: {at: {$var: output.path}}
`,
  'connectors/crm/operations/nothing.yaml': 'name: Nothing\n',
  'connectors/crm/operations/lost.yaml': `run:
  type: operation-mapping
  mapping: {operationKey: find-contacts}
`,
  'actions/find.yaml': `type: connector-operation
config:
  operationKey: find-contact
  input: {email: {$var: input.who}}
outputMapping: {at: {$var: output.path}}
`,
};

describe('an operation', () => {
  it('runs by its key, its input checked and completed', async () => {
    const { membrane, connect } = await world(files, { '/contacts': found });
    await connect();
    const { output, warnings } = await membrane.operations.run('find-contact', { input: { email: 'a@b.c' } });
    expect(output).toEqual({ path: '/contacts?email=a%40b.c&limit=1' });
    expect(warnings.map(({ code, message }) => ({ code, message }))).toEqual([
      {
        code: 'output/invalid',
        message: 'the output does not fit its schema: "path" must be a whole number, not a string',
      },
    ]);
    expect(await failure(membrane.operations.run('find-contact', { input: {} }))).toMatchObject({
      code: 'input/invalid',
    });
  });

  it('is called by operation-mapping functions and by actions', async () => {
    const { membrane, connect } = await world(files, { '/contacts': found });
    await connect();
    expect([
      (await membrane.operations.run('crm/find-ada')).output,
      (await membrane.actions.run('find', { input: { who: 'x' } })).output,
    ]).toEqual([{ at: '/contacts?email=ada%40example.com&limit=2' }, { at: '/contacts?email=x' }]);
  });

  it('that is not there, or does nothing, says so', async () => {
    const { root, membrane, connect } = await world(files);
    await connect();
    const say = (key: string) => failure(membrane.operations.run(key), root);
    expect([await say('find-contcat'), await say('other/find-ada'), await say('nothing')]).toEqual([
      {
        code: 'element/not-found',
        message: 'no operation "find-contcat"',
        hint: 'see them with "membrane operation list"',
      },
      {
        code: 'element/not-found',
        message: 'no operation "other/find-ada"',
        hint: 'see them with "membrane operation list"',
      },
      {
        code: 'run/unsupported',
        message: 'the operation "nothing" has no "run"',
        hint: 'write it as run.rest.yml beside its spec.yaml',
        at: 'connectors/crm/operations/nothing.yaml:1:1',
      },
    ]);
  });

  it('needs a connection to its connector', async () => {
    const other = { ...files, 'connectors/other/spec.yaml': connector };
    const { membrane, connect } = await world(other);
    expect(await failure(membrane.operations.run('find-ada'))).toEqual({
      code: 'connection/missing',
      message: 'operation "find-ada" needs a connection, and there is none',
      hint: 'make one: membrane connect crm',
    });
    await connect();
    await connect({ key: 'second' });
    expect(await failure(membrane.operations.run('find-ada'))).toEqual({
      code: 'usage/ambiguous',
      message: 'several connections can run operation "find-ada": crm, second',
      hint: 'choose one: --connection crm',
    });
  });
});

describe('a graphql-api-mapping', () => {
  const graphql = (mapping: string) => ({
    'connectors/crm/operations/ask.yaml': `run:\n  type: graphql-api-mapping\n  mapping: ${mapping}\n`,
  });
  const answer =
    (body: unknown): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  it('asks for a tree of fields, with values as arguments', async () => {
    const mapping = `
    path: /graphql
    requestMapping:
      contacts: {__args: {first: 2, name: {$var: input.name}}, nodes: {id: true, name: true}}
    responseMapping: {$var: response.data.contacts.nodes}`;
    const routes = { 'POST /graphql': answer({ data: { contacts: { nodes: [{ id: 1 }] } } }) };
    const { membrane, connect, server } = await world(graphql(mapping), routes);
    await connect();
    const { output } = await membrane.operations.run('ask', { input: { name: 'A "quoted" {name}' } });
    expect(output).toEqual([{ id: 1 }]);
    expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { query: 'query { contacts (first: 2, name: "A \\"quoted\\" {name}") { nodes { id name } } }' },
    ]);
  });

  it('takes an operation as text, with variables', async () => {
    const mapping = `
    operationType: mutation
    requestMapping: {query: 'mutation($n: String!) { add(name: $n) { id } }', variables: {n: {$var: input.name}}}`;
    const { membrane, connect, server } = await world(graphql(mapping), {
      'POST /': answer({ data: { add: { id: 7 } } }),
    });
    await connect();
    expect((await membrane.operations.run('ask', { input: { name: 'Ada' } })).output).toEqual({
      add: { id: 7 },
    });
    expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { query: 'mutation($n: String!) { add(name: $n) { id } }', variables: { n: 'Ada' } },
    ]);
  });

  it('fails where the answer holds errors', async () => {
    const errors = [{ message: 'no access', path: ['contacts', 0], extensions: { code: 'FORBIDDEN' } }];
    const { root, membrane, connect } = await world(graphql('{requestMapping: {contacts: {id: true}}}'), {
      'POST /': answer({ data: null, errors }),
    });
    await connect();
    const work = membrane.operations.run('ask');
    expect(await failure(work, root)).toEqual({
      code: 'http/status',
      message: 'the API answered with an error: no access',
      hint: 'at "contacts.0" of what was asked for',
      at: 'connectors/crm/operations/ask.yaml:2:3',
    });
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error instanceof MembraneError && [error.class, error.key]).toEqual([
      'bad_request',
      'access_denied',
    ]);
  });
});
