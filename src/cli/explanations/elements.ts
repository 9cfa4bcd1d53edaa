import type { Explanation } from './explanation.js';

const listUsers = `type: http-request
config:
  request:
    uri: https://example.com/users
`;

const crm = `auth:
  type: none
  makeApiClient:
    type: mapping
    mapping:
      baseUri: https://api.example.com
`;

function deleting(more: string): Readonly<Record<string, string>> {
  const config = `config:\n  dataSource:\n    collectionKey: contacts\n${more}`;
  return { 'membrane.yaml': '', 'actions/delete-contact.yaml': `type: delete-data-record\n${config}` };
}

export const elementExplanations = {
  'element/incomplete': {
    means:
      'The type of an action or node needs these fields to do anything: it would fail at every run. A lower layer may give them; then this finding is about the layers that do not.',
    wrong: deleting(''),
    right: deleting('  id:\n    $var: $.input.id\n'),
  },
  'element/duplicate': {
    means:
      'The key of an element is unique for its kind and layer, through all packages. Which file would count is chance.',
    wrong: {
      'membrane.yaml': '',
      'actions/list-users.yaml': listUsers,
      'actions/list-users/spec.yaml': listUsers,
    },
    right: {
      'membrane.yaml': '',
      'actions/list-users.yaml': listUsers,
      'actions/list-all-users/spec.yaml': listUsers,
    },
  },
  'element/key': {
    means:
      'The name of a file, or of the folder of spec.yaml, is the key of its element. "key" in the file may be left out; where it stands it says the same.',
    wrong: { 'membrane.yaml': '', 'actions/list-users.yaml': `key: get-users\n${listUsers}` },
    right: { 'membrane.yaml': '', 'actions/get-users.yaml': `key: get-users\n${listUsers}` },
  },
  'element/not-object': {
    means: 'A file in the folder of a kind holds one element: an object with the fields of the kind.',
    wrong: { 'membrane.yaml': '', 'data-link-tables/contacts.yaml': '- name: Contacts\n' },
    right: { 'membrane.yaml': '', 'data-link-tables/contacts.yaml': 'name: Contacts\n' },
  },
  'element/deprecated': {
    means:
      'A name from an older version is used. It works, and it will not be explained anywhere else. "membrane validate --fix" writes the name of today.',
    wrong: {
      'membrane.yaml': '',
      'flows/each-user.yaml': `nodes:
  start:
    type: api-trigger
    links:
      - key: each
  each:
    type: for-each-v2
    config:
      items:
        $var: input.users
      rootNodeKey: tell
  tell:
    type: http-request
    config:
      request:
        uri: https://example.com/users
`,
    },
    right: {
      'membrane.yaml': '',
      'flows/each-user.yaml': `nodes:
  start:
    type: api-trigger
    links:
      - key: each
  each:
    type: for-each
    config:
      items:
        $var: input.users
      rootNodeKey: tell
  tell:
    type: http-request
    config:
      request:
        uri: https://example.com/users
`,
    },
  },
  'element/not-found': {
    means: 'The project has no element of this kind and key, on the layer that is asked for.',
    wrong: 'You run "membrane action run list-user", and the action is called list-users.',
    right: 'See what there is with "membrane action list".',
  },
  'element/off': {
    means: 'The element has "isDeactivated: true": it is loaded, validated and listed, and never runs.',
    wrong: 'You run an action that an export brought along as deactivated.',
    right: 'Remove "isDeactivated" from its file, if it is wanted.',
  },
  'export/unknown-field': {
    means:
      'A file with "id" and "revision" comes from a workspace of Membrane, which knows more fields than are documented. They have no effect here.',
    wrong: {
      'membrane.yaml': '',
      'data-link-tables/contacts.yaml': 'id: 65f1\nrevision: 7c2e\nname: Contacts\nshinyNewField: true\n',
    },
    right: {
      'membrane.yaml': '',
      'data-link-tables/contacts.yaml': 'id: 65f1\nrevision: 7c2e\nname: Contacts\n',
    },
  },
  'export/connector': {
    means:
      'An export comes without the connectors of its integrations, so that they can be checked, but not run.',
    wrong: { 'membrane.yaml': '', 'integrations/crm/spec.yaml': 'id: 65f1\nrevision: 7c2e\nname: CRM\n' },
    right: {
      'membrane.yaml': '',
      'integrations/crm/spec.yaml': 'id: 65f1\nrevision: 7c2e\nname: CRM\n',
      'connectors/crm/spec.yaml': crm,
    },
  },
  'layer/input-schema': {
    means:
      'Who runs an action knows the input schema of its universal layer. An action on the layer of an integration that takes other input cannot be run in the same way.',
    wrong: {
      'membrane.yaml': '',
      'connectors/crm/spec.yaml': crm,
      'actions/find-user.yaml': `inputSchema:\n  type: object\n  properties:\n    email:\n      type: string\n${listUsers}`,
      'integrations/crm/actions/find-user.yaml':
        'inputSchema:\n  type: object\n  properties:\n    phone:\n      type: string\n',
    },
    right: {
      'membrane.yaml': '',
      'connectors/crm/spec.yaml': crm,
      'actions/find-user.yaml': `inputSchema:\n  type: object\n  properties:\n    email:\n      type: string\n${listUsers}`,
      'integrations/crm/actions/find-user.yaml': 'config:\n  request:\n    uri: https://example.com/people\n',
    },
  },
  'ref/not-found': {
    means:
      'A key names another element, a node or a connector, and there is none of that name that could be meant here.',
    wrong: {
      'membrane.yaml': '',
      'data-sources/contacts.yaml': 'udm: contacts\n',
      'field-mappings/people.yaml': 'dataSourceKey: contcts\n',
    },
    right: {
      'membrane.yaml': '',
      'data-sources/contacts.yaml': 'udm: contacts\n',
      'field-mappings/people.yaml': 'dataSourceKey: contacts\n',
    },
  },
} satisfies Record<string, Explanation>;
