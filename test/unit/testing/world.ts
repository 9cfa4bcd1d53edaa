import path from 'node:path';
import { runTests, type TestReport } from '../../../src/membrane.js';
import { testProject, type TestProject } from '../../support/project.js';

/** A connector whose key goes out in a header and in the query. */
export const connector = `name: CRM
auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      apiKey: {type: string, isSensitive: true}
      baseUri: {type: string, format: uri}
    required: [apiKey, baseUri]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: credentials.baseUri}
      headers: {x-api-key: {$var: credentials.apiKey}}
      query: {account: {$var: credentials.apiKey}}
`;

export const create = `type: api-request-to-external-app
inputSchema: {type: object, properties: {name: {type: string}}, required: [name]}
config:
  request:
    path: /contacts
    method: POST
    headers: {x-source: web}
    data: {name: {$var: input.name}}
outputMapping: {id: {$var: output.id}, name: {$var: output.name}}
`;

export const look = `type: api-request-to-external-app
config:
  request: {path: '/contacts/{id}', method: GET, pathParameters: {id: {$var: input.id}}}
`;

export function project(files: Readonly<Record<string, string>>): Promise<TestProject> {
  return testProject({
    'membrane.yaml': '',
    'connectors/crm/spec.yaml': connector,
    'actions/create.yaml': create,
    'actions/look.yaml': look,
    ...files,
  });
}

/** What came of tests, without times: failures by `LINE:COLUMN`, with what differs. */
export function outcomes({ results }: TestReport): unknown[] {
  return results.map(({ name, state, reason, failures }) => ({
    name,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(failures.length === 0
      ? {}
      : {
          failures: failures.map(({ what, code, message, span, expected, actual }) => ({
            what,
            ...(code === undefined ? {} : { code }),
            message,
            at: `${path.basename(span.file)}:${span.line}:${span.column}`,
            ...(expected === undefined ? {} : { expected }),
            ...(actual === undefined ? {} : { actual }),
          })),
        }),
  }));
}

/** Runs the tests of `create` that are written in a file beside it. */
export async function run(tests: string, more: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const { root } = await project({ 'actions/create.test.yaml': tests, ...more });
  return outcomes(await runTests({ cwd: root }));
}
