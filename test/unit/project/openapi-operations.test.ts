import { describe, expect, it } from 'vitest';
import { validateProject } from '../../../src/project/validate.js';
import { connector, describeAll, open, project } from './look.js';

/** The operations that a document gives, by key. */
async function operations(
  document: unknown,
  more: Readonly<Record<string, string>> = {},
  findings: readonly string[] = [],
): Promise<Record<string, Record<string, unknown>>> {
  const opened = await project({
    'connectors/crm/spec.yaml': connector,
    'connectors/crm/openapi.json': JSON.stringify(document),
    ...more,
  });
  const { diagnostics } = await validateProject(opened, []);
  expect(describeAll(opened.root, diagnostics)).toEqual(findings);
  const list = opened.list('operation').map(({ ref, value }) => [ref.key, plain(value)] as const);
  return Object.fromEntries(list);
}

/** As it is shown: without what is not there. */
function plain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

function newer(version: string, paths: unknown, more: object = {}): object {
  return { openapi: version, info: { title: 'CRM', version: '1' }, paths, ...more };
}

const ok = { responses: { 200: { description: 'Fine' } } };

describe('operations of an OpenAPI document', () => {
  it('require nothing in a body that is only read', async () => {
    const base = {
      type: 'object',
      required: ['id', 'required'],
      properties: { id: { type: 'string', readOnly: true }, required: { type: 'string' } },
    };
    const part = {
      type: 'object',
      required: ['base'],
      properties: { base: { $ref: '#/components/schemas/Id' } },
    };
    const Whole = { allOf: [base, { required: ['id', 'name'] }], properties: { part } };
    const found = await operations(
      newer(
        '3.0.3',
        {
          '/all': {
            post: {
              operationId: 'add',
              requestBody: {
                required: true,
                content: { 'application/json': { schema: { $ref: '#/components/schemas/Whole' } } },
              },
              ...ok,
            },
          },
        },
        { components: { schemas: { Whole, Id: { type: 'string', readOnly: true } } } },
      ),
    );
    const { required: _, ...loosePart } = part;
    expect(found['add']?.['inputSchema']).toEqual({
      type: 'object',
      properties: {
        body: {
          allOf: [{ ...base, required: ['required'] }, { required: ['id', 'name'] }],
          properties: { part: { ...loosePart, properties: { base: { $ref: '#/$defs/Id' } } } },
        },
      },
      required: ['body'],
      additionalProperties: false,
      $defs: { Id: { type: 'string', readOnly: true } },
    });
  });

  it('have what the document says of them', async () => {
    const found = await operations(
      newer('3.1.0', {
        '/pets/{petId}': {
          parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }],
          patch: {
            operationId: 'updatePet',
            summary: 'Change a pet',
            description: 'Changes what is given.',
            tags: ['pets'],
            parameters: [
              {
                name: 'dryRun',
                in: 'query',
                description: 'Only check.',
                schema: { type: 'boolean', default: false },
              },
              { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
              { name: 'Authorization', in: 'header', schema: { type: 'string' } },
            ],
            requestBody: {
              required: true,
              content: {
                'application/xml': { schema: { type: 'string' } },
                'application/json': {
                  schema: { type: 'object', properties: { name: { type: ['string', 'null'] } } },
                },
              },
            },
            responses: {
              default: { description: 'No' },
              200: {
                description: 'Yes',
                content: {
                  'application/json': { schema: { type: 'object', properties: { id: { type: 'integer' } } } },
                },
              },
            },
          },
        },
      }),
    );
    expect(found).toEqual({
      updatePet: {
        name: 'Change a pet',
        description: 'Changes what is given.',
        tags: ['pets'],
        inputSchema: {
          type: 'object',
          properties: {
            petId: { type: 'integer' },
            dryRun: { type: 'boolean', description: 'Only check. Default: false.' },
            'X-Trace': { type: 'string' },
            body: { type: 'object', properties: { name: { type: ['string', 'null'] } } },
          },
          required: ['petId', 'body'],
          additionalProperties: false,
        },
        outputSchema: { type: 'object', properties: { id: { type: 'integer' } } },
        run: {
          type: 'rest-api-mapping',
          mapping: {
            path: '/pets/{petId}',
            method: 'PATCH',
            requestMapping: {
              pathParameters: { petId: { $var: '$.input.petId' } },
              query: { dryRun: { $var: '$.input.dryRun' } },
              headers: { 'X-Trace': { $var: '$.input.X-Trace' } },
              data: { $var: '$.input.body' },
            },
          },
        },
      },
    });
  });

  it('of 2.0 have bodies and forms among their parameters, and lists with commas', async () => {
    const found = await operations({
      swagger: '2.0',
      info: { title: 'CRM', version: '1' },
      consumes: ['application/json'],
      paths: {
        '/pets': {
          get: {
            operationId: 'list',
            parameters: [
              { name: 'ids', in: 'query', type: 'array', items: { type: 'string' } },
              {
                name: 'tags',
                in: 'query',
                type: 'array',
                items: { type: 'string' },
                collectionFormat: 'multi',
              },
              {
                name: 'sizes',
                in: 'query',
                type: 'array',
                items: { type: 'integer' },
                collectionFormat: 'pipes',
              },
            ],
            responses: {
              200: { description: 'Fine', schema: { type: 'array', items: { $ref: '#/definitions/Pet' } } },
            },
          },
          post: {
            operationId: 'create',
            parameters: [{ name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } }],
            ...ok,
          },
        },
        '/pets/{id}/tag': {
          post: {
            operationId: 'tag',
            consumes: ['application/x-www-form-urlencoded'],
            parameters: [
              { name: 'id', in: 'path', required: true, type: 'string' },
              { name: 'color', in: 'formData', required: true, type: 'string', enum: ['red', 'blue'] },
            ],
            ...ok,
          },
        },
      },
      definitions: { Pet: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    });
    const pet = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    expect(found['list']).toEqual({
      isReadOnly: true,
      inputSchema: {
        type: 'object',
        properties: {
          ids: { type: 'array', items: { type: 'string' } },
          tags: { type: 'array', items: { type: 'string' } },
          sizes: { type: 'array', items: { type: 'integer' } },
        },
        additionalProperties: false,
      },
      outputSchema: { type: 'array', items: { $ref: '#/$defs/Pet' }, $defs: { Pet: pet } },
      run: {
        type: 'rest-api-mapping',
        mapping: {
          path: '/pets',
          method: 'GET',
          requestMapping: {
            query: {
              ids: { $concat: { values: { $var: '$.input.ids' }, delimiter: ',' } },
              tags: { $var: '$.input.tags' },
              sizes: { $concat: { values: { $var: '$.input.sizes' }, delimiter: '|' } },
            },
          },
        },
      },
    });
    expect(found['create']).toMatchObject({
      inputSchema: { properties: { body: pet }, required: ['body'] },
      run: { mapping: { requestMapping: { data: { $var: '$.input.body' } } } },
    });
    expect(found['tag']).toMatchObject({
      inputSchema: {
        properties: {
          id: { type: 'string' },
          body: { type: 'object', properties: { color: { enum: ['red', 'blue'] } }, required: ['color'] },
        },
        required: ['id', 'body'],
      },
      run: {
        mapping: { requestMapping: { headers: { 'content-type': 'application/x-www-form-urlencoded' } } },
      },
    });
  });

  it('of 3.0 have schemas of their own dialect', async () => {
    const schema = {
      type: 'object',
      nullable: true,
      properties: {
        age: { type: 'integer', minimum: 0, exclusiveMinimum: true, example: 3 },
        size: { type: 'string', enum: ['s', 'm'], nullable: true },
        colors: { type: 'array', enum: ['red'], items: { type: 'string' } },
        owner: { allOf: [{ $ref: '#/components/schemas/Owner' }], nullable: true, description: 'Whose' },
        odd: { type: 'date', pattern: '(' },
      },
    };
    const found = await operations(
      newer(
        '3.0.3',
        {
          '/pet': {
            get: {
              operationId: 'get',
              responses: { 200: { description: 'x', content: { 'application/json': { schema } } } },
            },
          },
        },
        { components: { schemas: { Owner: { type: 'object' } } } },
      ),
      {},
      [
        'connectors/crm/openapi.json:1:551-1:554 warning[openapi/invalid]: "pattern" must match format "regex"',
        ' = what can be read of the document is used all the same',
      ],
    );
    expect(found['get']?.['outputSchema']).toEqual({
      type: ['object', 'null'],
      properties: {
        age: { type: 'integer', exclusiveMinimum: 0 },
        size: { type: ['string', 'null'], enum: ['s', 'm', null] },
        colors: { type: 'array', items: { type: 'string' } },
        owner: { anyOf: [{ allOf: [{ $ref: '#/$defs/Owner' }], description: 'Whose' }, { type: 'null' }] },
        odd: {},
      },
      $defs: { Owner: { type: 'object' } },
    });
  });

  it('may have schemas that contain themselves, and that lie in other files', async () => {
    const response = (ref: string) => ({
      200: { description: 'x', content: { 'application/json': { schema: { $ref: ref } } } },
    });
    const found = await operations(
      newer(
        '3.0.0',
        {
          '/tree': { get: { operationId: 'tree', responses: response('#/components/schemas/Node') } },
          '/pet': { get: { operationId: 'pet', responses: response('schemas/pet.yaml#/Pet') } },
          '/again': { $ref: '#/paths/~1tree' },
        },
        {
          components: {
            schemas: {
              Node: {
                type: 'object',
                properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } },
              },
            },
          },
        },
      ),
      {
        'connectors/crm/schemas/pet.yaml':
          'Pet: {type: object, properties: {friend: {$ref: "#/Pet"}, tree: {$ref: "../openapi.json#/components/schemas/Node"}}}\n',
      },
      [
        'connectors/crm/openapi.json:1:96-1:102 warning[openapi/operation]: "tree" names the operation "GET /tree" already',
        ' = this one is "tree-2" here',
      ],
    );
    const node = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
    };
    expect(found['tree']?.['outputSchema']).toEqual({ ...node, $defs: { Node: node } });
    const pet = {
      type: 'object',
      properties: { friend: { $ref: '#/$defs/Pet' }, tree: { $ref: '#/$defs/Node' } },
    };
    expect(found['pet']?.['outputSchema']).toEqual({ ...pet, $defs: { Pet: pet, Node: node } });
    expect(Object.keys(found)).toEqual(['tree', 'pet', 'tree-2']);
  });

  it('are named by method and path where they have no id, and by what can stand in the name of a file', async () => {
    const found = await operations(
      newer('3.0.0', {
        '/pets/{id}/toys': { get: ok, put: { operationId: 'toys/put all!', ...ok } },
        '/': { head: ok },
        'x-more': {},
      }),
    );
    expect(Object.keys(found)).toEqual(['get-pets-id-toys', 'toys-put-all', 'head']);
    // what stands in a path is a parameter, also where the document forgets to say so
    expect(found['get-pets-id-toys']?.['inputSchema']).toMatchObject({
      properties: { id: { type: 'string' } },
      required: ['id'],
    });
  });

  it('tell parameters of one name apart by their place, and the body is always the body', async () => {
    const parameter = (name: string, place: string) => ({
      name,
      in: place,
      required: place === 'path',
      schema: { type: 'string' },
    });
    const found = await operations(
      newer('3.0.0', {
        '/a/{id}/{odd name}': {
          post: {
            operationId: 'a',
            parameters: [
              parameter('id', 'query'),
              parameter('id', 'path'),
              parameter('odd name', 'path'),
              parameter('body', 'query'),
              parameter('a.b[]', 'query'),
            ],
            requestBody: { content: { 'application/json': {} } },
            ...ok,
          },
        },
      }),
    );
    expect(found['a']?.['run']).toEqual({
      type: 'rest-api-mapping',
      mapping: {
        path: '/a/{id}/{odd_name}',
        method: 'POST',
        requestMapping: {
          pathParameters: { id: { $var: '$.input.id' }, odd_name: { $var: '$.input.odd name' } },
          query: {
            id: { $var: '$.input.id_query' },
            body: { $var: '$.input.body_query' },
            'a.b[]': { $var: '$.input.a\\.b\\[\\]' },
          },
          data: { $var: '$.input.body' },
        },
      },
    });
    expect(found['a']?.['inputSchema']).toMatchObject({
      properties: { body: {} },
      required: ['id', 'odd name'],
    });
  });

  it('write lists and objects in the style that the document wants', async () => {
    const list = { type: 'array', items: { type: 'string' } };
    const object = { type: 'object', additionalProperties: { type: 'string' } };
    const parameter = (name: string, schema: object, more: object = {}) => ({
      name,
      in: 'query',
      schema,
      ...more,
    });
    const found = await operations(
      newer('3.0.0', {
        '/a/{ids}': {
          get: {
            operationId: 'a',
            parameters: [
              { name: 'ids', in: 'path', required: true, schema: list },
              parameter('repeated', list),
              parameter('commas', list, { explode: false }),
              parameter('spaces', list, { style: 'spaceDelimited', explode: false }),
              parameter('brackets', list, { style: 'deepObject', explode: true }),
              parameter('range', object, { style: 'deepObject', explode: true }),
              parameter('spread', object),
              { name: 'where', in: 'query', content: { 'application/json': { schema: object } } },
            ],
            ...ok,
          },
        },
      }),
    );
    const joined = (name: string, delimiter: string) => ({
      $concat: { values: { $var: `$.input.${name}` }, delimiter },
    });
    const { run } = found['a'] as { run: { mapping: { requestMapping: unknown } } };
    expect(run.mapping.requestMapping).toEqual({
      pathParameters: { ids: joined('ids', ',') },
      query: {
        $mergeObjects: [
          {
            repeated: { $var: '$.input.repeated' },
            commas: joined('commas', ','),
            spaces: joined('spaces', ' '),
            'brackets[]': { $var: '$.input.brackets' },
            range: { $var: '$.input.range' },
            where: { $jsonata: '$exists(input.`where`) ? $string(input.`where`) : undefined' },
          },
          { $var: '$.input.spread' },
        ],
      },
    });
  });

  it('send and receive files, forms and texts', async () => {
    const binary = { type: 'string', format: 'binary' };
    const send = (type: string, schema: object | undefined, more: object = {}) => ({
      requestBody: { content: { [type]: { ...(schema === undefined ? {} : { schema }), ...more } } },
      ...ok,
    });
    const form = {
      type: 'object',
      properties: {
        title: { type: 'string' },
        document: { ...binary, description: 'To sign.' },
        more: { type: 'array', items: binary },
        meta: { type: 'object' },
      },
    };
    const expand = { type: 'object', properties: { expand: { type: 'array', items: { type: 'string' } } } };
    const found = await operations(
      newer('3.0.0', {
        '/form': { post: { operationId: 'form', ...send('multipart/form-data', form) } },
        '/bytes': { post: { operationId: 'bytes', ...send('application/pdf', binary) } },
        '/text': { post: { operationId: 'text', ...send('text/csv', undefined) } },
        '/coded': {
          post: {
            operationId: 'coded',
            ...send('application/x-www-form-urlencoded', expand, {
              encoding: { expand: { style: 'deepObject' } },
            }),
          },
        },
        '/pdf': {
          get: {
            operationId: 'pdf',
            responses: { 200: { description: 'x', content: { 'application/pdf': { schema: binary } } } },
          },
        },
        '/csv': {
          get: { operationId: 'csv', responses: { 200: { description: 'x', content: { 'text/csv': {} } } } },
        },
      }),
    );
    const mapping = (key: string) => (found[key]?.['run'] as { mapping: object } | undefined)?.mapping;
    const stored = 'A stored file: its reference, or what a download gave.';
    const file = { type: ['string', 'object'], description: stored };
    const body = { $var: '$.input.body' };
    expect(mapping('form')).toEqual({
      path: '/form',
      method: 'POST',
      requestMapping: {
        multipart: {
          title: { $var: '$.input.body.title' },
          document: { file: { $var: '$.input.body.document' } },
          more: { $iterate: { source: { $var: '$.input.body.more' }, item: { file: { $var: '$.item' } } } },
          meta: { data: { $var: '$.input.body.meta' } },
        },
      },
    });
    expect(found['form']?.['inputSchema']).toMatchObject({
      properties: {
        body: {
          properties: {
            title: { type: 'string' },
            document: { type: ['string', 'object'], description: `To sign. ${stored}` },
            more: { type: 'array', items: file },
          },
        },
      },
    });
    expect(mapping('bytes')).toMatchObject({
      requestMapping: { headers: { 'content-type': 'application/pdf' }, bodyFile: body },
    });
    expect(found['bytes']?.['inputSchema']).toMatchObject({ properties: { body: file } });
    expect(mapping('text')).toMatchObject({
      requestMapping: { headers: { 'content-type': 'text/csv' }, data: body },
    });
    expect(found['text']?.['inputSchema']).toMatchObject({ properties: { body: { type: 'string' } } });
    expect(mapping('coded')).toMatchObject({
      requestMapping: {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        data: { $mergeObjects: [body, { expand: null, 'expand[]': { $var: '$.input.body.expand' } }] },
      },
    });
    expect(mapping('pdf')).toEqual({ path: '/pdf', method: 'GET', responseType: 'file' });
    expect([found['pdf']?.['outputSchema'], found['csv']?.['outputSchema']]).toEqual([
      undefined,
      { type: 'string' },
    ]);
  });

  it('stand behind those that are declared', async () => {
    const found = await operations(
      newer('3.0.0', { '/a': { get: { operationId: 'a', ...ok }, post: { operationId: 'b', ...ok } } }),
      {
        'connectors/crm/operations/a/spec.yaml': 'name: My own\nrun: {type: not-supported}\n',
      },
    );
    expect(Object.entries(found).map(([key, { name }]) => [key, name])).toEqual([
      ['a', 'My own'],
      ['b', undefined],
    ]);
  });

  it('are remembered, until the document or a file of it changes', async () => {
    const document = newer('3.0.0', {
      '/a': { get: { operationId: 'a', responses: { 200: { $ref: 'b.json' } } } },
    });
    const first = await project({
      'connectors/crm/spec.yaml': connector,
      'connectors/crm/openapi.json': JSON.stringify(document),
      'connectors/crm/b.json': '{}',
    });
    const { readdirSync, readFileSync, writeFileSync } = await import('node:fs');
    const cache = `${first.root}/.membrane/cache`;
    await validateProject(first, []);
    const [name = ''] = readdirSync(cache);
    const remembered = JSON.parse(readFileSync(`${cache}/${name}`, 'utf8')) as {
      operations: { name: string }[];
    };
    expect(remembered).toMatchObject({ others: [['b.json', expect.any(String)]], problems: [] });
    const say = (text: string) => writeFileSync(`${cache}/${name}`, text);
    say(JSON.stringify({ ...remembered, operations: [{ ...remembered.operations[0], name: 'Remembered' }] }));
    const names = () =>
      open(first.root)
        .list('operation')
        .map(({ value }) => value['name']);
    expect(names()).toEqual(['Remembered']);
    writeFileSync(`${first.root}/connectors/crm/b.json`, '{"description": "Fine"}');
    expect(names()).toEqual([undefined]);
    say('{');
    expect(names()).toEqual([undefined]);
    writeFileSync(`${first.root}/connectors/crm/openapi.json`, JSON.stringify({ ...document, tags: [] }));
    await validateProject(open(first.root), []);
    expect(readdirSync(cache).filter((one) => one === name)).toEqual([]);
  });
});
