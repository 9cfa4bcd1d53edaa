import type { JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import { tapeFailures } from '../core/tape.js';

const anything: JsonObject = {};
const text = (description: string): JsonObject => ({ type: 'string', minLength: 1, description });
const object = (description: string, properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  description,
  additionalProperties: false,
  required,
  properties,
});

const connection = object('The account that the test runs with. Nothing of it is real.', {
  integration: text('Key of an integration; default: the one that the element belongs to, or the only one.'),
  key: text('Key of the connection; default: that of the integration.'),
  name: text('Name of the connection.'),
  auth: text('Which of several ways to authenticate.'),
  parameters: { type: 'object', description: 'What a person would type in; what is missing is made up.' },
  credentials: {
    type: 'object',
    description: 'Credentials in the place of those that are made of the parameters.',
  },
  connectorParameters: {
    type: 'object',
    description: 'What the connector is given beside what the files of the project say.',
  },
});

const request: JsonObject = {
  type: ['string', 'object'],
  description: 'Which request: "POST /contacts", or the same in parts. What is left out may be anything.',
  pattern: '^[A-Z]+ (/|https?://)',
  additionalProperties: false,
  properties: {
    method: { type: 'string', pattern: '^[A-Z]+$', description: 'The method, in capitals.' },
    path: {
      type: 'string',
      pattern: '^(/|https?://)',
      description: 'The end of the path, from "/"; {name} stands for any part. Or a whole address.',
    },
    query: { type: 'object', description: 'Parameters that must be there; others may be, too.' },
    headers: { type: 'object', description: 'Headers that must be there, in any case of letters.' },
    body: { description: 'All of the body: JSON or the fields of a form as a value, else a text.' },
  },
};

const body: JsonObject = {
  body: { description: 'The body as a value; it is sent as JSON.' },
  text: { type: 'string', description: 'The body as a text, sent as it is.' },
  base64: { type: 'string', description: 'The body as bytes, in base64.' },
};

const response: JsonObject = {
  status: { type: 'integer', minimum: 100, maximum: 599, description: 'Default 200.' },
  headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Response headers.' },
  ...body,
  failure: {
    enum: [...tapeFailures],
    description: 'In the place of a response: what went wrong on the way.',
  },
};

const testCase = object(
  'The element is run once, and what comes of it is compared with what is expected.',
  {
    name: text('What is tested, in words.'),
    skip: text('The test is not run; says why.'),
    input: { description: 'The input of the run.' },
    start: text('The node of a flow that its run starts at.'),
    connection,
    time: { type: 'string', format: 'date-time', description: 'Where the clock stands.' },
    tape: text('A recorded tape: a file beside this one. "membrane test --record" writes it.'),
    responses: {
      type: 'array',
      description:
        'What is answered. Of several that fit a request each answers once, in their order, and the last one goes on.',
      items: object('A response, and to which requests.', { request, ...response }, ['request']),
    },
    nodes: {
      type: 'object',
      description: 'What nodes of a flow give, by their keys, in the place of being run.',
      additionalProperties: object('What the node gives.', {
        output: { description: 'Its output.' },
        error: object('It fails.', { message: text('What the error says.') }, ['message']),
      }),
    },
    output: { description: 'All of the output.' },
    outputContains: { description: 'A part of the output: fields that are not named may be anything.' },
    error: object('The run fails like this.', {
      code: { description: 'The code: http/status.' },
      message: { description: 'The message.' },
      key: { description: 'The finer name: not_found.' },
    }),
    requests: { type: 'array', description: 'All requests that are sent, in their order.', items: request },
    volatile: {
      type: 'array',
      items: text('Name of a field.'),
      description: 'Names of fields of responses whose values differ each time: a tape gets stand-ins.',
    },
  },
  ['name'],
);

/** The schema of `KEY.test.yaml`. */
export const testSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'test',
  ...object(
    'Tests of one element, in a file beside it or in the folder "tests".',
    {
      element: {
        type: 'string',
        pattern: '^[a-z-]+/.+$',
        description:
          'What is tested: action/create-contact; default: the element of the same name beside it.',
      },
      connection,
      time: { type: 'string', format: 'date-time', description: 'Where the clock stands in all tests.' },
      responses: {
        type: 'array',
        description: 'What is answered in all tests, after the responses of the test itself.',
        items: object('A response, and to which requests.', { request, ...response }, ['request']),
      },
      tests: { type: 'array', minItems: 1, items: testCase, description: 'The tests.' },
    },
    ['tests'],
  ),
};

/** The schema of a tape. */
export const tapeSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'tape',
  ...object(
    'Recorded requests and responses, written by "membrane test --record".',
    {
      time: { type: 'string', format: 'date-time', description: 'When it was recorded.' },
      connection,
      seed: { type: 'integer', description: 'Where the numbers start that code draws.' },
      exchanges: {
        type: 'array',
        description: 'In the order in which they were sent.',
        items: object(
          'One request.',
          {
            request: object(
              'What was sent.',
              {
                method: text('The method.'),
                url: text('The address.'),
                headers: { type: 'object', additionalProperties: { type: 'string' } },
                ...body,
              },
              ['method', 'url'],
            ),
            response: object('What came back.', response),
          },
          ['request', 'response'],
        ),
      },
      output: { ...anything, description: 'What the run gave.' },
      error: object('How it failed.', { code: text('The code.'), message: text('The message.') }, [
        'code',
        'message',
      ]),
    },
    ['time', 'exchanges'],
  ),
};
