import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer, type Answer } from '../../support/server.js';
import { failure, world } from './world.js';

const json =
  (data: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
  };

const size = { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] };
const color = { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] };

const echo = (schema: string) => `type: run-javascript
inputSchema: ${schema}
config: {code: "export default ({ input }) => input"}
`;

const files = {
  'data-schemas/order.yaml': `request:
  uri: /schemas/order
  method: GET
  query: {of: {$var: tenant.key}}
`,
  'data-schemas/basket.yaml': `schema:
  type: object
  properties: {orders: {type: array, items: {$ref: schemas/order}}}
`,
  'actions/order.yaml': echo('{$ref: schemas/order}'),
  'actions/basket.yaml': echo('{type: object, properties: {basket: {$ref: basket}}}'),
  'actions/picked.yaml': echo(
    '{type: object, properties: {what: {type: string}, data: {$dataSchemaRef: {type: internal-data-schema, key: {$var: $.what}}}}}',
  ),
};

/** A project whose app answers with these schemas, one after the other. */
async function withApp(...answers: Answer[]) {
  const app = await startServer({ 'GET /schemas/order': answers });
  onTestFinished(() => app.close());
  const made = await world({ ...files, 'membrane.yaml': `app: {baseUri: '${app.url}'}\n` });
  return { ...made, app };
}

describe('a data schema that your app gives', () => {
  it('checks input, also through another schema and where a formula picks it', async () => {
    const { membrane, app, root } = await withApp(json(size));
    expect((await membrane.actions.run('order', { input: { size: 1 } })).output).toEqual({ size: 1 });
    const wrong = (key: string, input: object) => failure(membrane.actions.run(key, { input }), root);
    expect(await wrong('order', {})).toEqual({
      code: 'input/invalid',
      message: 'the input does not fit its schema: "size" is missing',
      hint: 'see what it takes: membrane action show order',
    });
    expect((await wrong('basket', { basket: { orders: [{ size: 1 }, {}] } }))['message']).toBe(
      'the input does not fit its schema: "size" is missing (at basket.orders[1])',
    );
    expect((await wrong('picked', { what: 'order', data: {} }))['message']).toBe(
      'the input does not fit its schema: "size" is missing',
    );
    expect(
      (await membrane.actions.run('picked', { input: { what: 'order', data: { size: 2 } } })).output,
    ).toEqual({
      what: 'order',
      data: { size: 2 },
    });
    expect(await wrong('picked', { what: 'ordr', data: {} })).toMatchObject({
      code: 'element/not-found',
      message: 'no data schema "ordr"',
      hint: 'did you mean "order"?',
    });
    expect(app.requests.map(({ path }) => path)).toEqual(['/schemas/order?of=local']);
  });

  it('is asked for again after five minutes, or when that is wanted', async () => {
    const { membrane, app, clock } = await withApp(json(size), json(color), json({ schema: size }));
    const { dataSchemas } = membrane;
    expect(await dataSchemas.show('order')).toEqual({ schema: size, warnings: [] });
    await clock.move(299_000);
    expect((await dataSchemas.show('order')).schema).toEqual(size);
    await clock.move(1_000);
    expect((await dataSchemas.show('order')).schema).toEqual(color);
    expect((await dataSchemas.show('order', { refresh: true })).schema).toEqual(size);
    expect(app.requests.length).toBe(3);
  });

  it('is the last known one while your app is down, with a warning', async () => {
    const { membrane, clock, root } = await withApp(json(size), json({}, 404));
    await membrane.dataSchemas.show('order');
    await clock.move(300_000);
    const { output, warnings } = await membrane.actions.run('order', { input: { size: 3 } });
    expect(output).toEqual({ size: 3 });
    expect(
      warnings.map(({ code, message, help, span }) => ({ code, message, help, line: span.line })),
    ).toEqual([
      {
        code: 'schema/outdated',
        message: expect.stringMatching(
          /^the data schema "order" cannot be asked for, and is used as it was at 2030-01-01T00:00:00.000Z: .*404/,
        ) as string,
        help: 'when your app answers again: membrane data-schema show order --refresh',
        line: 1,
      },
    ]);
    expect(root).not.toBe('');
  });

  it('fails where nothing is known, and where it is no schema', async () => {
    const { membrane, root } = await withApp(json({}, 404), json('what?'));
    expect(await failure(membrane.dataSchemas.show('order'), root)).toMatchObject({
      code: 'http/status',
      at: 'data-schemas/order.yaml:1:1',
    });
    expect(await failure(membrane.dataSchemas.show('order'), root)).toEqual({
      code: 'schema/invalid',
      message: 'your app gives no schema for the data schema "order"',
      hint: 'it answers with a JSON Schema: {"type": "object", "properties": {…}}',
      at: 'data-schemas/order.yaml:1:1',
    });
  });

  it('is remembered for one tenant only', async () => {
    const { membrane, open, app } = await withApp(json(size), json(color));
    await membrane.tenants.create('acme');
    const acme = await open({ tenant: 'acme' });
    expect((await membrane.dataSchemas.show('order')).schema).toEqual(size);
    expect((await acme.dataSchemas.show('order')).schema).toEqual(color);
    expect((await membrane.dataSchemas.show('order')).schema).toEqual(size);
    expect(app.requests.map(({ path }) => path)).toEqual([
      '/schemas/order?of=local',
      '/schemas/order?of=acme',
    ]);
  });
});

describe('the schema of a collection', () => {
  it('stands for the input that a formula names', async () => {
    const { membrane, connect } = await world({
      'connectors/crm/data/tasks/spec.yaml':
        'fieldsSchema: {type: object, properties: {title: {type: string}}, required: [title]}\n',
      'actions/add.yaml': echo(
        '{type: object, properties: {object: {type: string}, fields: {$dataSchemaRef: {type: data-collection, key: {$var: $.object}}}}}',
      ),
    });
    const input = { object: 'tasks', fields: {} };
    expect(await failure(membrane.actions.run('add', { input }))).toMatchObject({
      code: 'connection/missing',
      message: 'the schema of the data collection "tasks" needs a connection',
    });
    await connect();
    expect((await failure(membrane.actions.run('add', { input, connection: 'crm' })))['message']).toBe(
      'the input does not fit its schema: "title" is missing',
    );
  });
});
