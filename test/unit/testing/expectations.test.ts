import { describe, expect, it } from 'vitest';
import { run } from './world.js';

const answer = `responses:
  - request: POST /contacts
    status: 201
    body: {id: "7", name: Ada, extra: [1, 2]}
`;

describe('an expectation', () => {
  it('of the whole output is met by it alone', async () => {
    const tests = `${answer}tests:
  - {name: same, input: {name: Ada}, output: {name: Ada, id: "7"}}
  - {name: other, input: {name: Ada}, output: {id: "7"}}
  - {name: nothing, input: {name: Ada}, output: null}
`;
    const actual = { id: '7', name: 'Ada' };
    const failed = (name: string, line: number, column: number, expected: unknown) => ({
      name,
      state: 'failed',
      failures: [
        {
          what: 'output',
          message: 'the output is another',
          at: `create.test.yaml:${line}:${column}`,
          expected,
          actual,
        },
      ],
    });
    expect(await run(tests)).toEqual([
      { name: 'same', state: 'passed' },
      failed('other', 7, 47, { id: '7' }),
      failed('nothing', 8, 49, null),
    ]);
  });

  it('of a part, or by a matcher, leaves the rest open', async () => {
    const tests = `${answer}tests:
  - {name: part, input: {name: Ada}, outputContains: {id: "7"}}
  - {name: type, input: {name: Ada}, output: {id: {$type: string}, name: {$matches: ^A}}}
  - {name: not, input: {name: Ada}, outputContains: {id: {$type: number}, name: {$matches: ^B}}}
`;
    expect(await run(tests)).toEqual([
      { name: 'part', state: 'passed' },
      { name: 'type', state: 'passed' },
      {
        name: 'not',
        state: 'failed',
        failures: [
          {
            what: 'output',
            message: 'the output is another',
            at: 'create.test.yaml:8:53',
            expected: { id: { $type: 'number' }, name: { $matches: '^B' } },
            actual: { id: '7', name: 'Ada' },
          },
        ],
      },
    ]);
  });

  it('of an error is met by that error alone', async () => {
    const tests = `responses:
  - {request: POST /contacts, status: 409, body: {message: there is one}}
tests:
  - {name: code, input: {name: Ada}, error: {code: http/status, key: already_exists}}
  - {name: message, input: {name: Ada}, error: {message: {$matches: there is one$}}}
  - {name: input, input: {}, error: {code: input/invalid}, requests: []}
  - {name: other, input: {name: Ada}, error: {code: http/timeout}}
  - {name: unexpected, input: {name: Ada}}
`;
    const message = 'the API answered 409 to "POST /contacts": there is one';
    const actual = { code: 'http/status', message, key: 'already_exists' };
    expect(await run(tests)).toEqual([
      { name: 'code', state: 'passed' },
      { name: 'message', state: 'passed' },
      { name: 'input', state: 'passed' },
      {
        name: 'other',
        state: 'failed',
        failures: [
          {
            what: 'error',
            message: 'the run fails in another way',
            at: 'create.test.yaml:7:46',
            expected: { ...actual, code: 'http/timeout' },
            actual,
          },
        ],
      },
      {
        name: 'unexpected',
        state: 'failed',
        failures: [{ what: 'error', message: `http/status: ${message}`, at: 'create.test.yaml:8:12' }],
      },
    ]);
  });

  it('of an error is not met by an output', async () => {
    const tests = `${answer}tests:\n  - {name: fails, input: {name: Ada}, error: {code: http/status}}\n`;
    expect(await run(tests)).toEqual([
      {
        name: 'fails',
        state: 'failed',
        failures: [
          {
            what: 'error',
            message: 'the run was to fail, and did not',
            at: 'create.test.yaml:6:46',
            expected: { code: 'http/status' },
            actual: { id: '7', name: 'Ada' },
          },
        ],
      },
    ]);
  });

  it('of requests names all of them, in order, by any of their parts', async () => {
    const tests = `${answer}tests:
  - name: parts
    input: {name: Ada}
    requests:
      - {method: POST, path: https://crm.example/contacts, query: {account: test-apiKey}, headers: {X-Source: web}, body: {name: Ada}}
  - {name: text, input: {name: Ada}, requests: [POST /contacts]}
  - {name: pattern, input: {name: Ada}, requests: ['POST /{what}']}
  - {name: other, input: {name: Ada}, requests: [{method: POST, body: {name: Bob}}]}
  - {name: none, input: {name: Ada}, requests: []}
  - {name: two, input: {name: Ada}, requests: [POST /contacts, GET /contacts/7]}
`;
    const sent = {
      method: 'POST',
      url: 'https://crm.example/contacts?account=test-apiKey',
      headers: { 'x-source': 'web', 'content-type': 'application/json' },
      body: { name: 'Ada' },
    };
    const failed = (name: string, failure: object) => ({
      name,
      state: 'failed',
      failures: [{ what: 'requests', ...failure }],
    });
    expect(await run(tests)).toEqual([
      { name: 'parts', state: 'passed' },
      { name: 'text', state: 'passed' },
      { name: 'pattern', state: 'passed' },
      failed('other', {
        message: 'request 1 is another',
        at: 'create.test.yaml:12:50',
        expected: { method: 'POST', body: { name: 'Bob' } },
        actual: { method: 'POST', body: { name: 'Ada' } },
      }),
      failed('none', {
        message: '"POST /contacts?account=test-apiKey" is sent, and not expected',
        at: 'create.test.yaml:13:48',
        actual: sent,
      }),
      failed('two', {
        message: 'request 2 was not sent',
        at: 'create.test.yaml:14:64',
        expected: { method: 'GET', path: '/contacts/7' },
      }),
    ]);
  });

  it('is not looked for in a test that is skipped', async () => {
    expect(await run('tests:\n  - {name: later, skip: the API is away}\n')).toEqual([
      { name: 'later', state: 'skipped', reason: 'the API is away' },
    ]);
  });
});

describe('a response', () => {
  it('is given in order, the last one as often as it is asked for, and waits between tries take no time', async () => {
    const tests = `tests:
  - name: busy
    input: {name: Ada}
    responses:
      - {request: POST /contacts, status: 429, headers: {Retry-After: '20'}}
      - {request: POST /contacts, failure: http/unreachable}
      - {request: POST /contacts, body: {id: "1"}}
    error: {code: http/unreachable, message: '"crm.example" did not answer, as the test wants it'}
    requests: [POST /contacts, POST /contacts]
`;
    const started = performance.now();
    expect(await run(tests)).toEqual([{ name: 'busy', state: 'passed' }]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('that is missing fails the test with what comes nearest', async () => {
    const tests = `tests:
  - {name: none, input: {name: Ada}}
  - {name: other, input: {name: Ada}, responses: [{request: POST /people, body: {}}], error: {code: tape/request}}
`;
    const sent = {
      method: 'POST',
      url: 'https://crm.example/contacts?account=test-apiKey',
      headers: { 'x-source': 'web', 'content-type': 'application/json' },
      body: { name: 'Ada' },
    };
    const failure = (at: string, more: object) => ({
      what: 'request',
      message: 'nobody answers "POST /contacts?account=test-apiKey"',
      at: `create.test.yaml:${at}`,
      ...more,
    });
    expect(await run(tests)).toEqual([
      { name: 'none', state: 'failed', failures: [failure('2:12', { actual: sent })] },
      {
        name: 'other',
        state: 'failed',
        failures: [
          failure('3:12', {
            expected: { method: 'POST', path: '/people' },
            actual: { method: 'POST', path: '/contacts' },
          }),
        ],
      },
    ]);
  });

  it('can be a text, or bytes', async () => {
    const tests = `element: action/look
tests:
  - {name: text, input: {id: 1}, responses: [{request: 'GET /contacts/{id}', text: hello}], output: hello}
  - {name: bytes, input: {id: 1}, responses: [{request: GET /contacts/1, base64: /wAB}], output: /wAB}
`;
    expect(await run(tests)).toEqual([
      { name: 'text', state: 'passed' },
      { name: 'bytes', state: 'passed' },
    ]);
  });
});

describe('the account of a test', () => {
  it('is the one that it describes', async () => {
    const tests = `connection: {parameters: {baseUri: https://eu.example/v2, apiKey: made-up}}
responses: [{request: POST /contacts, body: {}}]
tests:
  - name: told
    input: {name: Ada}
    requests: ['POST https://eu.example/v2/contacts?account=made-up']
  - name: changed
    input: {name: Ada}
    connection: {credentials: {baseUri: https://us.example, apiKey: other}}
    requests: ['POST https://us.example/contacts?account=other']
`;
    expect(await run(tests)).toEqual([
      { name: 'told', state: 'passed' },
      { name: 'changed', state: 'passed' },
    ]);
  });

  it('belongs to the layer that the test stands on', async () => {
    const layer = `config: {request: {path: /people}}\n`;
    const tests = `tests:\n  - {name: layer, input: {name: Ada}, responses: [{request: POST /people, body: {}}], requests: [POST /people]}\n`;
    expect(
      await run('tests: [{name: none, skip: not here}]\n', {
        'connectors/erp/spec.yaml':
          'name: ERP\nauth: {type: none, makeApiClient: {type: mapping, mapping: {baseUri: https://erp.example}}}\n',
        'integrations/erp/actions/create.yaml': layer,
        'integrations/erp/actions/create.test.yaml': tests,
      }),
    ).toEqual([
      { name: 'none', state: 'skipped', reason: 'not here' },
      { name: 'layer', state: 'passed' },
    ]);
  });
});

describe('the clock of a test', () => {
  it('stands where the test says', async () => {
    const tests = `element: action/when
tests:
  - {name: told, time: 2031-05-01T10:00:00Z, output: 2031-05-01T10:00:00.000Z}
  - {name: untold, output: 2030-01-01T00:00:00.000Z}
`;
    const when = "type: run-javascript\nconfig: {code: 'export default () => new Date().toISOString()'}\n";
    expect(await run(tests, { 'actions/when.yaml': when })).toEqual([
      { name: 'told', state: 'passed' },
      { name: 'untold', state: 'passed' },
    ]);
  });
});

describe('a test that cannot be run', () => {
  it('fails, and the others are run', async () => {
    const tests = `responses: [{request: POST /contacts, body: {}}]
tests:
  - {name: sound, input: {name: Ada}}
  - {name: no such, connection: {integration: erp}, input: {name: Ada}}
`;
    const files = {
      'actions/look.yaml': 'type: api-request-to-external-app\nconfig: {request: {paht: /x}}\n',
      'actions/look.test.yaml': 'tests: [{name: unsound}]\n',
    };
    const look = {
      what: 'error',
      code: 'project/errors',
      message: 'action/look cannot run: 1 error in its files',
    };
    expect(await run(tests, files)).toEqual([
      { name: 'sound', state: 'passed' },
      {
        name: 'no such',
        state: 'failed',
        failures: [
          {
            what: 'error',
            code: 'element/not-found',
            message: 'no integration "erp"',
            at: 'create.test.yaml:4:12',
          },
        ],
      },
      { name: 'unsound', state: 'failed', failures: [{ ...look, at: 'look.yaml:2:20' }] },
    ]);
  });
});
