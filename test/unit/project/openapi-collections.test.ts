import { describe, expect, it } from 'vitest';
import { importOpenApi } from '../../../src/membrane.js';
import { validateProject } from '../../../src/project/validate.js';
import { testProject } from '../../support/project.js';
import { describeAll, open } from './look.js';

const string = { type: 'string' };
const item = { type: 'object', properties: { id: { type: 'integer' }, name: string } };

function json(schema: unknown, more: object = {}): object {
  return { 200: { description: 'Fine', content: { 'application/json': { schema } }, ...more } };
}

function query(name: string, schema: object = string): object {
  return { name, in: 'query', schema };
}

function path(name: string, schema: object = string): object {
  return { name, in: 'path', required: true, schema };
}

/** The data collections that are made of some paths, by key; all that is written has no fault. */
async function collections(paths: object): Promise<Record<string, Record<string, unknown>>> {
  const document = { openapi: '3.0.0', info: { title: 'x', version: '1' }, paths };
  const { root } = await testProject({ 'membrane.yaml': '', 'doc.json': JSON.stringify(document) });
  await importOpenApi({ cwd: root, source: 'doc.json' });
  const opened = open(root);
  expect(describeAll(root, (await validateProject(opened, [])).diagnostics)).toEqual([]);
  return Object.fromEntries(opened.list('data-collection').map(({ ref, value }) => [ref.key, value]));
}

/** The mapping of `list`, and `pagination` of the connector's requests, for a list with these parameters. */
async function listOf(parameters: readonly object[], responses: object): Promise<unknown> {
  const get = { operationId: 'list', parameters, responses };
  const found = await collections({
    '/things': {
      get,
      post: {
        operationId: 'add',
        responses: json(item),
        requestBody: { content: { 'application/json': { schema: item } } },
      },
    },
  });
  const { methods } = found['things'] as { methods: { list: { mapping: unknown } } };
  return methods.list.mapping;
}

const page = (properties: object) =>
  json({ type: 'object', properties: { items: { type: 'array', items: item }, ...properties } });

describe('data collections made of resources', () => {
  it('have the methods that their paths have', async () => {
    const body = (schema: object) => ({ content: { 'application/json': { schema } } });
    const found = await collections({
      '/repos/{owner}/issues': {
        parameters: [path('owner')],
        get: {
          operationId: 'listIssues',
          parameters: [query('state', { type: 'string', enum: ['open', 'closed'] }), query('sort')],
          responses: json({
            type: 'array',
            items: {
              $ref: '#/paths/~1repos~1%7Bowner%7D~1issues~1%7Bissue_number%7D/get/responses/200/content/application~1json/schema',
            },
          }),
        },
        post: {
          operationId: 'createIssue',
          requestBody: body({
            type: 'object',
            required: ['title'],
            properties: {
              title: string,
              labels: { type: 'array', items: string },
              draft: { type: 'boolean' },
            },
          }),
          responses: json({ type: 'object', properties: { number: { type: 'integer' } } }),
        },
      },
      '/repos/{owner}/issues/{issue_number}': {
        parameters: [path('owner'), path('issue_number', { type: 'integer' })],
        get: {
          operationId: 'getIssue',
          responses: json({
            type: 'object',
            properties: {
              id: { type: 'integer', readOnly: true },
              number: { type: 'integer', readOnly: true },
              title: { type: 'string', description: 'What it is about. Short.' },
              state: { type: 'string', enum: ['open', 'closed'], nullable: true },
              labels: { type: 'array', items: { type: 'object', properties: { name: string } } },
              created_at: { type: 'string', format: 'date-time' },
            },
          }),
        },
        patch: {
          operationId: 'updateIssue',
          requestBody: body({
            type: 'object',
            properties: { issue: { type: 'object', properties: { title: string } } },
          }),
          responses: json({}),
        },
        delete: { operationId: 'deleteIssue', responses: { 204: { description: 'Gone' } } },
      },
      '/report': { get: { operationId: 'report', responses: json({ type: 'array', items: item }) } },
    });
    const owner = { $var: '$.parameters.owner' };
    const number = { $jsonata: '$number(id)' };
    const call = (operationKey: string, inputMapping: object, outputMapping: unknown) => ({
      type: 'operation-mapping',
      mapping: { operationKey, inputMapping, outputMapping },
    });
    expect(found).toEqual({
      issues: {
        name: 'Issues',
        parametersSchema: { type: 'object', properties: { owner: string }, required: ['owner'] },
        fieldsSchema: {
          type: 'object',
          properties: {
            id: { type: 'integer', readOnly: true },
            number: { type: 'integer', readOnly: true },
            title: { type: 'string', description: 'What it is about.' },
            state: { type: ['string', 'null'], enum: ['open', 'closed', null] },
            labels: { type: 'array' },
            created_at: { type: 'string', format: 'date-time' },
            draft: { type: 'boolean', writeOnly: true },
          },
        },
        methods: {
          list: {
            ...call(
              'listIssues',
              { owner, state: { $var: '$.filter.state' } },
              { records: { $var: '$.output' } },
            ),
            filterFields: ['state'],
          },
          findById: call('getIssue', { owner, issue_number: number }, { $var: '$.output' }),
          create: {
            ...call(
              'createIssue',
              { owner, body: { $var: '$.fields' } },
              { id: { $var: '$.output.number' } },
            ),
            fields: ['title', 'labels', 'draft'],
            requiredFields: ['title'],
          },
          update: {
            ...call(
              'updateIssue',
              { owner, issue_number: number, body: { issue: { $var: '$.fields' } } },
              { id: { $var: '$.id' } },
            ),
            fields: ['title'],
          },
          delete: call('deleteIssue', { owner, issue_number: number }, { id: { $var: '$.id' } }),
        },
        recordFromApi: {
          type: 'mapping',
          mapping: {
            id: { $var: '$.number' },
            name: { $var: '$.title' },
            createdTime: { $var: '$.created_at' },
            fields: { $var: '$' },
          },
        },
      },
    });
  });

  it('are paged by a cursor', async () => {
    const limit = query('limit', { type: 'integer', maximum: 50 });
    expect(
      await listOf(
        [query('page_token'), limit],
        page({ meta: { type: 'object', properties: { next_page_token: string } } }),
      ),
    ).toEqual({
      operationKey: 'list',
      inputMapping: { limit: 50, page_token: { $var: '$.cursor' } },
      outputMapping: {
        records: { $var: '$.output.items' },
        cursor: { $var: '$.output.meta.next_page_token' },
      },
    });
  });

  it('are paged by the id of the last item', async () => {
    expect(await listOf([query('starting_after')], page({ has_more: { type: 'boolean' } }))).toEqual({
      operationKey: 'list',
      inputMapping: { starting_after: { $var: '$.cursor' } },
      outputMapping: {
        records: { $var: '$.output.items' },
        cursor: { $jsonata: 'output.has_more ? output.items[-1].id : null' },
      },
    });
  });

  it('are paged by addresses, in the data or in a header', async () => {
    const path_ = { $firstNotEmpty: [{ $var: '$.cursor' }, '/things'] };
    expect(await listOf([query('$top')], page({ '@odata.nextLink': string }))).toEqual({
      path: { $firstNotEmpty: [{ $var: '$.cursor' }, '/things?$top=100'] },
      method: 'GET',
      responseMapping: {
        records: { $var: '$.response.data.items' },
        cursor: { $var: '$.response.data.@odata\\.nextLink' },
      },
    });
    const headers = { Link: { schema: string } };
    expect(
      await listOf(
        [query('per_page', { type: 'integer' }), query('page')],
        json({ type: 'array', items: item }, { headers }),
      ),
    ).toEqual({
      path: path_,
      method: 'GET',
      requestMapping: { query: { per_page: 100 } },
      responseMapping: {
        records: { $var: '$.response.data' },
        cursor: { $jsonata: '$match(response.headers.link, /<([^>]*)>\\s*;[^,]*rel="?next"?/).groups[0]' },
      },
    });
  });

  it('are paged by numbers', async () => {
    const number = { $jsonata: '$exists(cursor) ? $number(cursor) : undefined' };
    const list = json({ type: 'array', items: item });
    expect(
      await listOf(
        [query('page', { type: 'integer' }), query('size', { type: 'integer', maximum: 20 })],
        list,
      ),
    ).toEqual({
      operationKey: 'list',
      inputMapping: { size: 20, page: number },
      outputMapping: {
        records: { $var: '$.output' },
        cursor: { $jsonata: '$count(output) = 0 ? null : ($exists(cursor) ? $number(cursor) : 1) + 1' },
      },
    });
    expect(await listOf([query('$skip', { type: 'integer' })], list)).toEqual({
      operationKey: 'list',
      inputMapping: { skip: number },
      outputMapping: {
        records: { $var: '$.output' },
        cursor: {
          $jsonata: '$count(output) = 0 ? null : ($exists(cursor) ? $number(cursor) : 0) + $count(output)',
        },
      },
    });
  });

  it('are read to the end that the response tells of', async () => {
    const inputs = [query('offset', { type: 'integer' }), query('limit', { type: 'integer' })];
    const end = async (properties: object, parameters = inputs) =>
      ((await listOf(parameters, page(properties))) as { outputMapping: { cursor: unknown } }).outputMapping
        .cursor;
    const next = '($exists(cursor) ? $number(cursor) : 0) + $count(output.items)';
    expect(await end({ total: { type: 'integer' } })).toEqual({
      $jsonata: `$count(output.items) = 0 or ${next} >= output.total ? null : ${next}`,
    });
    expect(await end({ meta: { type: 'object', properties: { has_more: { type: 'boolean' } } } })).toEqual({
      $jsonata: `$count(output.items) = 0 or output.meta.has_more = false ? null : ${next}`,
    });
    const here = '($exists(cursor) ? $number(cursor) : 1)';
    expect(await end({ total_pages: { type: 'integer' } }, [query('page', { type: 'integer' })])).toEqual({
      $jsonata: `$count(output.items) = 0 or ${here} >= output.total_pages ? null : ${here} + 1`,
    });
  });

  it('write nothing that is only read', async () => {
    const task = {
      type: 'object',
      required: ['id', 'title', 'createdAt'],
      properties: {
        id: { type: 'string', readOnly: true },
        title: string,
        createdAt: { type: 'string', format: 'date-time', readOnly: true },
      },
    };
    const found = await collections({
      '/tasks': {
        get: { operationId: 'listTasks', responses: json({ type: 'array', items: task }) },
        post: {
          operationId: 'addTask',
          requestBody: { content: { 'application/json': { schema: task } } },
          responses: json(task),
        },
      },
    });
    const { fieldsSchema, methods } = found['tasks'] as {
      fieldsSchema: unknown;
      methods: { create: object };
    };
    expect(fieldsSchema).toEqual({ type: 'object', properties: task.properties });
    expect(methods.create).toMatchObject({ fields: ['title'], requiredFields: ['title'] });
  });
});
