import type { Explanation } from './explanation.js';

const spec = (makeApiClient: string) => `auth:
  type: none
  makeApiClient:
${makeApiClient}`;

const runJavascript = (code: string) => `type: run-javascript
config:
  code: |
    export default ${code}
`;

export const functionExplanations = {
  'function/file': {
    means:
      'A function is written inline, or in a file beside spec.yaml that "implementationType" names by its type. Here the file is missing or misnamed, or the function is given twice.',
    wrong: {
      'membrane.yaml': '',
      'connectors/crm/spec.yaml': spec('    implementationType: mapping\n'),
    },
    right: {
      'membrane.yaml': '',
      'connectors/crm/spec.yaml': spec('    implementationType: mapping\n'),
      'connectors/crm/auth/make-api-client.map.yml': 'baseUri: https://api.example.com\n',
    },
  },
  'function/failed': {
    means:
      'A function of a connector ran, and gave something that cannot be used: an address that is none, no credentials, an error of its own.',
    wrong: '"makeApiClient" gives no "baseUri", because a parameter of the connector is empty.',
    right: 'Correct the function; the error points at it. "membrane connection test KEY" tries it again.',
  },
  'javascript/syntax': {
    means: 'The code of a function is no JavaScript, or no TypeScript, that can be read.',
    wrong: {
      'membrane.yaml': '',
      'actions/add.yaml': runJavascript('({ input }) => input.a + '),
    },
    right: {
      'membrane.yaml': '',
      'actions/add.yaml': runJavascript('({ input }) => input.a + input.b'),
    },
  },
  'javascript/export': {
    means:
      'A file of code gives its function as the default export, or as "exports.NAME". Here there is none.',
    wrong: 'The file holds "function list() { … }" and exports nothing.',
    right: 'Write "export default function list({ apiClient }) { … }".',
  },
  'javascript/error': {
    means: 'The code ran and threw an error. The message is that of the error, and the log has the line.',
    wrong: 'The code reads "input.user.name", and the input has no user.',
    right: 'Write "input.user?.name", or say in "inputSchema" that the user is required.',
  },
  'javascript/timeout': {
    means: 'The code computed for longer than it may, 10 seconds. Waiting for requests does not count.',
    wrong: 'A loop never reaches its end.',
    right: 'Give the loop an end, or split the work over several runs.',
  },
  'javascript/memory': {
    means: 'The code needs more memory than it may have, 64 MB.',
    wrong: 'All pages of a long list are gathered in one array.',
    right: 'Work page by page, and keep only what is needed.',
  },
  'javascript/stack': {
    means: 'A function calls itself too deeply, most likely without end.',
    wrong: 'A function walks through a structure that refers to itself.',
    right: 'Remember what was seen, or use a loop.',
  },
  'javascript/stuck': {
    means: 'The code waits for a promise that nothing will ever keep: there are no timers in the sandbox.',
    wrong: 'The code awaits "new Promise(() => {})".',
    right: 'Await only what the given clients and "fetch" return.',
  },
  'javascript/result': {
    means: 'What the code gave is no data: a function, a symbol, or a structure that contains itself.',
    wrong: 'The code returns the client that it was given.',
    right: 'Return plain objects, lists, texts, numbers and booleans.',
  },
  'javascript/host': {
    means:
      'Code may send requests to the external app and to the hosts that its connector allows, and to nobody else.',
    wrong: 'The code calls "fetch" with the address of a third party.',
    right: 'Use "apiClient", or allow the host in the connector.',
  },
} satisfies Record<string, Explanation>;
