import { expect, it } from 'vitest';
import { echo } from '../../support/server.js';
import { failure, world } from './world.js';

const list = { type: 'array', items: { type: 'string' } };
const object = { type: 'object', additionalProperties: { type: 'string' } };
const query = (name: string, schema: object, more: object = {}) => ({ name, in: 'query', schema, ...more });
const form = {
  schema: { type: 'object', properties: { expand: list, name: { type: 'string' } } },
  encoding: { expand: { style: 'deepObject' } },
};

const document = {
  openapi: '3.0.3',
  info: { title: 'CRM', version: '1' },
  paths: {
    '/pets/{ids}': {
      post: {
        operationId: 'pets',
        parameters: [
          { name: 'ids', in: 'path', required: true, schema: list },
          { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
          query('repeated', list),
          query('commas', list, { explode: false }),
          query('pipes', list, { style: 'pipeDelimited', explode: false }),
          query('brackets', list, { style: 'deepObject' }),
          query('range', object, { style: 'deepObject' }),
          query('spread', object),
          query('$top', { type: 'integer' }),
          { name: 'where', in: 'query', content: { 'application/json': { schema: object } } },
        ],
        requestBody: { content: { 'application/x-www-form-urlencoded': form } },
        responses: { 200: { description: 'Fine' } },
      },
    },
  },
};

it('an operation of a document sends what its parameters say', async () => {
  const files = { 'connectors/crm/openapi.json': JSON.stringify(document) };
  const { membrane, connect, root } = await world(files, { '/pets/1%2C2': echo });
  await connect();
  const send = async (input: object) => {
    const { output } = await membrane.operations.run('pets', { input });
    const { method, path, body, headers } = output as { [key: string]: string } & { headers: object };
    const { 'x-trace': trace, 'content-type': type } = headers as unknown as Record<string, string>;
    return {
      method,
      path: decodeURIComponent(path ?? ''),
      body: decodeURIComponent(body ?? ''),
      trace,
      type,
    };
  };
  const all = ['a', 'b'];
  expect(
    await send({
      ids: ['1', '2'],
      'X-Trace': 't',
      repeated: all,
      commas: all,
      pipes: all,
      brackets: all,
      range: { from: '1', to: '2' },
      spread: { x: '1', y: '2' },
      top: 5,
      where: { a: 'b' },
      body: { name: 'Rex', expand: all },
    }),
  ).toEqual({
    method: 'POST',
    path: '/pets/1,2?repeated=a&repeated=b&commas=a,b&pipes=a|b&brackets[]=a&brackets[]=b&range[from]=1&range[to]=2&$top=5&where={"a":"b"}&x=1&y=2',
    body: 'name=Rex&expand[]=a&expand[]=b',
    trace: 't',
    type: 'application/x-www-form-urlencoded',
  });
  // what is not given is not sent
  expect(await send({ ids: ['1', '2'] })).toEqual({
    method: 'POST',
    path: '/pets/1,2',
    body: '',
    trace: undefined,
    type: 'application/x-www-form-urlencoded',
  });
  expect(
    await failure(membrane.operations.run('pets', { input: { ids: ['1'], tpo: 1 } }), root),
  ).toMatchObject({ code: 'input/invalid' });
});
