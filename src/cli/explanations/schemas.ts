import type { Explanation } from './explanation.js';

function action(text: string): Readonly<Record<string, string>> {
  return { 'membrane.yaml': '', 'actions/list-users.yaml': text };
}

function request(rest: string): Readonly<Record<string, string>> {
  return action(`type: http-request\nconfig:\n  request:\n${rest}`);
}

function input(schema: string): Readonly<Record<string, string>> {
  return action(`type: http-request
inputSchema:
  type: object
  properties:
    email:
      ${schema}
config:
  request:
    uri: https://example.com/users
`);
}

export const schemaExplanations = {
  'schema/unknown-field': {
    means:
      'Each kind of element has its fields, and no others: a field that is not known would be passed over in silence. It is misspelt, or stands in the wrong object.',
    wrong: request('    uri: https://example.com/users\n    metod: GET\n'),
    right: request('    uri: https://example.com/users\n    method: GET\n'),
  },
  'schema/missing-field': {
    means: 'A field that must be given is not there. The object that lacks it is shown.',
    wrong: request('    method: GET\n'),
    right: request('    method: GET\n    uri: https://example.com/users\n'),
  },
  'schema/type': {
    means: 'A value is of another type than its field takes, such as a list where a text belongs.',
    wrong: request('    uri: https://example.com/users\nname: [Users]\n'),
    right: request('    uri: https://example.com/users\nname: Users\n'),
  },
  'schema/value': {
    means: 'A value has the right type, and is none of those that are allowed here.',
    wrong: request('    uri: https://example.com/users\n    method: FETCH\n'),
    right: request('    uri: https://example.com/users\n    method: GET\n'),
  },
  'schema/invalid': {
    means: 'A data schema is not valid itself: it is JSON Schema 2020-12, with a few keywords more.',
    wrong: input('type: text'),
    right: input('type: string'),
  },
  'schema/outdated': {
    means:
      'A data schema that your app gives, with "request", could not be asked for. The last one that it gave to this tenant is used, which may be older than what your app expects by now.',
    wrong: 'Your app is down while an action runs whose input schema refers to "schemas/order".',
    right: 'When it answers again, "membrane data-schema show order --refresh" asks for it anew.',
  },
} satisfies Record<string, Explanation>;
