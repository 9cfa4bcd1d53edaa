const auth = `auth:
  type: client-credentials
  inputSchema:
    type: object
    properties:
      token: {type: string, isSensitive: true}
      baseUri: {type: string}
    required: [token, baseUri]
  makeApiClient:
    type: mapping
    mapping:
      baseUri: {$var: connectionParameters.baseUri}
      headers: {authorization: {$tpl: {template: 'Bearer {token}', values: {token: {$var: credentials.token}}}}}
`;

const record = `
              id: {$var: $.item.id}
              name: {$tpl: {template: '{a} {b}', values: {a: {$var: $.item.first_name}, b: {$var: $.item.last_name}}}}
              createdTime: {$var: $.item.created_at}
              fields: {$var: $.item}`;

/** The REST API, as declarative mappings. */
const contacts = `name: Contacts
fieldsSchema:
  type: object
  properties:
    id: {type: string, readOnly: true}
    email: {type: string}
    firstName: {type: string}
    lastName: {type: string}
    phone: {type: string}
    password: {type: string, writeOnly: true}
  required: [email]
customFields:
  type: javascript
  code: |
    export default async ({ apiClient }) => {
      const fields = await apiClient.get('/contact_fields');
      const types = { text: 'string', number: 'number' };
      return {
        type: 'object',
        properties: Object.fromEntries(fields.map(({ name, kind }) => [name, { type: types[kind] }])),
      };
    };
fieldsFromApi:
  type: mapping
  mapping:
    id: {$tpl: {template: '{id}', values: {id: {$var: id}}}}
    email: {$var: email}
    firstName: {$var: first_name}
    lastName: {$var: last_name}
    phone: {$var: phone}
    cf_tier: {$var: cf_tier}
fieldsToApi:
  type: mapping
  mapping:
    email: {$var: email}
    first_name: {$var: firstName}
    last_name: {$var: lastName}
    phone: {$var: phone}
    cf_tier: {$var: cf_tier}
methods:
  list:
    filterFields: [email]
    type: rest-api-mapping
    mapping:
      path: /contacts
      requestMapping:
        query: {cursor: {$var: cursor}, email: {$var: filter.email}}
      responseMapping:
        records:
          $iterate:
            source: {$var: response.data.items}
            item:PAGE
        cursor: {$var: response.data.next}
  findById:
    type: rest-api-mapping
    mapping:
      path: '/contacts/{id}'
      requestMapping: {pathParameters: {id: {$var: id}}}
      responseMapping: {record: {id: {$var: response.data.id}, fields: {$var: response.data}}}
  search:
    type: rest-api-mapping
    mapping:
      path: /contacts/search
      requestMapping: {query: {q: {$var: query}, cursor: {$var: cursor}}}
      responseMapping:
        records: {$var: response.data.items}
        cursor: {$var: response.data.next}
  create:
    excludedFields: [phone]
    requiredFields: [email]
    type: rest-api-mapping
    mapping:
      path: /contacts
      method: POST
      requestMapping: {data: {$var: fields}}
      responseMapping: {id: {$var: response.data.id}}
  update:
    type: rest-api-mapping
    mapping:
      path: '/contacts/{id}'
      method: PATCH
      requestMapping: {pathParameters: {id: {$var: id}}, data: {$var: fields}}
      responseMapping: {id: {$var: response.data.id}}
  delete:
    type: rest-api-mapping
    mapping:
      path: '/contacts/{id}'
      method: DELETE
      requestMapping: {pathParameters: {id: {$var: id}}}
`.replace('PAGE', record);

/** The same API in JavaScript, with a parameter, built on the declarative one. */
const people = `name: People
extends: contacts
parametersSchema:
  type: object
  properties:
    limit: {type: number, default: 3}
methods:
  list:
    type: javascript
    code: |
      export default async ({ apiClient, cursor, parameters }) => {
        const { items, next } = await apiClient.get('/contacts', { cursor, limit: parameters.limit });
        return { records: items.map((one) => ({ id: one.id, fields: one })), cursor: next };
      };
  match:
    type: javascript
    code: |
      export default async ({ apiClient, fields }) => {
        const { items } = await apiClient.get('/contacts', { email: fields.email });
        return { record: items[0] };
      };
  delete:
    type: not-supported
`;

/** Through operations. */
const leads = `name: Leads
fieldsSchema: {type: object, properties: {email: {type: string}}}
methods:
  list:
    type: operation-mapping
    mapping:
      operationKey: page
      inputMapping: {cursor: {$var: cursor}}
      outputMapping: {records: {$var: output.items}, cursor: {$var: output.next}}
  findById:
    type: operation-mapping
    mapping:
      operationKey: one
      inputMapping: {id: {$var: id}}
      outputMapping: {record: {$var: output}}
`;

/** What never changes needs no request. */
const stages = `name: Stages
fieldsSchema: {type: object, properties: {label: {type: string}}}
methods:
  list:
    type: mapping
    mapping:
      records:
        - {id: new, fields: {label: New}}
        - {id: won, fields: {label: {$tpl: {template: 'Won by {who}', values: {who: {$var: parameters.who}}}}}}
`;

/** The GraphQL API. */
const graphContacts = `name: Contacts
fieldsSchema:
  type: object
  properties: {id: {type: string, readOnly: true}, email: {type: string}, name: {type: string}}
methods:
  list:
    type: graphql-api-mapping
    mapping:
      path: /graphql
      requestMapping:
        contacts:
          __args: {first: 2, after: {$var: cursor}}
          edges: {node: {id: true, email: true, name: true, createdAt: true}}
          pageInfo: {hasNextPage: true, endCursor: true}
      responseMapping:
        records:
          $iterate:
            source: {$var: response.data.contacts.edges}
            item:
              id: {$var: $.item.node.id}
              createdTime: {$var: $.item.node.createdAt}
              fields: {email: {$var: $.item.node.email}, name: {$var: $.item.node.name}}
        cursor:
          $case:
            cases:
              - filter: {$eval: {$var: response.data.contacts.pageInfo.hasNextPage}, is: true}
                value: {$var: response.data.contacts.pageInfo.endCursor}
  findById:
    type: graphql-api-mapping
    mapping:
      path: /graphql
      requestMapping: {contact: {__args: {id: {$var: id}}, id: true, email: true, name: true}}
      responseMapping: {record: {$var: response.data.contact}}
  match:
    type: graphql-api-mapping
    mapping:
      path: /graphql
      requestMapping: {contact: {__args: {email: {$var: fields.email}}, id: true, email: true, name: true}}
      responseMapping: {record: {$var: response.data.contact}}
  create:
    type: graphql-api-mapping
    mapping:
      path: /graphql
      operationType: mutation
      requestMapping:
        query: 'mutation ($email: String!) { createContact (email: $email) { id } }'
        variables: {email: {$var: fields.email}}
      responseMapping: {id: {$var: response.data.createContact.id}}
`;

const operation = (path: string, input: string) =>
  `run: {type: rest-api-mapping, mapping: {path: '${path}', requestMapping: {${input}}}}\n`;

const action = (type: string, config: string) => `type: ${type}\nconfig:\n${config.replace(/^/gm, '  ')}\n`;

/**
 * A project with a REST CRM and a GraphQL CRM, whose collections are made of every type of function, and with data
 * sources, a field mapping and an action of every type on data.
 */
export const crmProject: Readonly<Record<string, string>> = {
  'membrane.yaml': '',
  'connectors/rest/spec.yaml': `name: REST CRM\n${auth}`,
  'connectors/rest/udm.yml': `contacts:
  collectionMappings:
    - key: contacts
      fieldsFromCollection: {primaryEmail: {$var: email}, firstName: {$var: firstName}, lastName: {$var: lastName}}
      fieldsToCollection: {email: {$var: primaryEmail}, firstName: {$var: firstName}, lastName: {$var: lastName}}
`,
  'connectors/rest/data/contacts/spec.yaml': contacts,
  'connectors/rest/data/people/spec.yaml': people,
  'connectors/rest/data/leads/spec.yaml': leads,
  'connectors/rest/data/stages/spec.yaml': stages,
  'connectors/rest/operations/page/spec.yaml': operation(
    '/contacts',
    'query: {cursor: {$var: input.cursor}}',
  ),
  'connectors/rest/operations/one/spec.yaml': operation(
    '/contacts/{id}',
    'pathParameters: {id: {$var: input.id}}',
  ),
  'connectors/graph/spec.yaml': `name: GraphQL CRM\n${auth}`,
  'connectors/graph/udm.yml': `contacts:
  collectionMappings:
    - key: contacts
      fieldsFromCollection: {primaryEmail: {$var: email}, fullName: {$var: name}}
      fieldsToCollection: {email: {$var: primaryEmail}}
`,
  'connectors/graph/data/contacts/spec.yaml': graphContacts,
  'data-sources/customers.yaml': 'name: Customers\nudm: contacts\n',
  'data-sources/team.yaml': 'name: Team\ncollectionKey: people\ncollectionParameters: {limit: 4}\n',
  'field-mappings/customers.yaml': `dataSourceKey: customers
direction: both
importValue: {email: {$var: $.primaryEmail}, given: {$var: $.firstName}}
exportValue: {primaryEmail: {$var: $.email}, firstName: {$var: $.given}}
`,
  'actions/list-customers.yaml': action(
    'list-data-records',
    'dataSource: {key: customers}\nfieldMapping: {key: customers}\ncursor: {$var: $.input.cursor}',
  ),
  'actions/all-customers.yaml': action(
    'list-data-records',
    'dataSource: {key: customers}\nfieldMapping: {key: customers}\npaginate: all\nunifiedFilter: {primaryEmail: {$var: $.input.email}}',
  ),
  'actions/find-customer.yaml': action(
    'find-data-record-by-id',
    'dataSource: {key: customers}\nid: {$var: $.input.id}\nfieldMapping: {key: customers, includeRawFields: true, includeUdmFields: true}',
  ),
  'actions/match-customer.yaml': action(
    'match-data-record',
    'dataSource: {key: customers}\nlookup: {universalQuery: {primaryEmail: {$var: $.input.email}}}',
  ),
  'actions/search-people.yaml': action(
    'search-data-record',
    'dataSource: {collectionKey: people}\nquery: {$var: $.input.text}\nfieldMapping: {importValue: {who: {$var: $.email}, by: {$var: $.tenant.key}}}',
  ),
  'actions/create-customer.yaml': action(
    'create-data-record',
    'dataSource: {udm: contacts}\nfieldMapping: {key: customers, input: {$var: $.input}}',
  ),
  'actions/update-contact.yaml': action(
    'update-data-record',
    `dataSource: {udm: contacts, collectionKey: contacts}
id: {$var: $.input.id}
fieldMapping:
  defaultUnifiedValue: {firstName: {$var: $.input.given}, lastName: Model}
  defaultValue: {lastName: {$var: $.input.family}}`,
  ),
  'actions/delete-contact.yaml': action(
    'delete-data-record',
    'dataSource: {path: /data/contacts}\nid: {$var: $.input.id}',
  ),
  'actions/find-or-create.yaml': action(
    'find-or-create-data-record',
    `dataSource: {key: customers}
lookup: {universalQuery: {primaryEmail: {$var: $.input.email}}}
fieldMapping: {defaultValue: {email: {$var: $.input.email}}}`,
  ),
};
