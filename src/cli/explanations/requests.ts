import type { Explanation } from './explanation.js';

export const requestExplanations = {
  'http/unreachable': {
    means: 'No connection to the server could be made: its name is not known, or nothing listens there.',
    wrong: 'The base address of the connector has a slip, or a proxy is needed.',
    right: 'Try the address from the error with another program; correct "makeApiClient" of the connector.',
  },
  'http/tls': {
    means:
      'The server was reached, but its certificate is not trusted, or no common version of TLS was found. Nothing was sent.',
    wrong: 'The server has a certificate of a private authority.',
    right: 'Name the authority in the variable NODE_EXTRA_CA_CERTS.',
  },
  'http/timeout': {
    means:
      'The server did not answer in time. Whether it did what was asked is not known, so that only requests that are safe to repeat are sent again.',
    wrong: 'A report takes a server two minutes to make.',
    right: 'Raise "limits.requestSeconds" in membrane.yaml, or ask for less at once.',
  },
  'http/too-large': {
    means: 'A response is larger than the limit, and was not read to its end.',
    wrong: 'A list without pages gives 80 MB.',
    right: 'Ask for pages, or raise "limits.responseMegabytes" in membrane.yaml.',
  },
  'http/not-json': {
    means:
      'The server says that its answer is JSON, and it is none; often it is the HTML page of a proxy or of a login.',
    wrong: 'The path leads to the web application and not to its API.',
    right: 'Look at the response with "membrane request CONNECTION GET PATH".',
  },
  'http/status': {
    means:
      'The API answered that it did not do what was asked: a status of 400 and above that stands for no other code.',
    wrong: 'An action asks for a record that was deleted: 404.',
    right: 'The error quotes what the API says about it; "membrane logs" has the request.',
  },
  'http/rate-limit': {
    means: 'The API asks to slow down (429), for longer than a run can wait.',
    wrong: 'A job sends thousands of requests within a minute.',
    right: 'Try again after the time that the error names, or declare "rateLimit" in the connector.',
  },
  'http/redirect': {
    means: 'The server redirects in a circle, too often, or to something that cannot be followed.',
    wrong: 'An address without a login redirects to the login and back.',
    right: 'Use the address that the documentation of the API names.',
  },
  'http/request': {
    means:
      'A request cannot be made at all: a broken address, a missing path parameter, a header with a line break.',
    wrong: 'The path has "{id}", and "pathParameters" gives no "id".',
    right: 'Give every value that the request needs; the error points at it.',
  },
  'request/relative': {
    means: 'An http-request is bound to no connection, so that it has no base address to start from.',
    wrong: {
      'membrane.yaml': '',
      'actions/list.yaml': 'type: http-request\nconfig:\n  request:\n    uri: /users\n',
    },
    right: {
      'membrane.yaml': '',
      'actions/list.yaml': 'type: http-request\nconfig:\n  request:\n    uri: https://example.com/users\n',
    },
  },
  'request/path-parameter': {
    means: 'The path of a request has a part in braces, and "pathParameters" gives nothing for it.',
    wrong: 'The path is /contacts/{id}, and "pathParameters" is missing, or says "idd".',
    right: 'Write "pathParameters: { id: { $var: $.input.id } }" beside the path.',
  },
  'http/pagination': {
    means:
      'The pages of a list do not come to an end: a mark is repeated, a page comes twice, or the limit of pages or time is reached.',
    wrong: '"pagination.next" points at a value that is the same on each page.',
    right: 'Correct "pagination" of the action or the connector, or raise "limits.listPages".',
  },
} satisfies Record<string, Explanation>;
