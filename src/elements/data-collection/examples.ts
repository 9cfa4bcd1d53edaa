import type { KindExample } from '../../core/kind.js';

export const collectionExamples: readonly KindExample[] = [
  {
    title: 'Contacts of a REST API',
    yaml: `name: Contacts
fieldsSchema:
  type: object
  properties:
    id:
      type: string
      readOnly: true
    email:
      type: string
methods:
  list:
    filterFields: [email]
    type: rest-api-mapping
    mapping:
      path: /contacts
      method: GET
      requestMapping:
        query:
          page:
            $var: $.cursor
          email:
            $var: $.filter.email
      responseMapping:
        records:
          $iterate:
            source:
              $var: $.response.data.items
            item:
              id:
                $var: $.item.id
              fields:
                $var: $.item
        cursor:
          $var: $.response.data.next
  create:
    requiredFields: [email]
    type: rest-api-mapping
    mapping:
      path: /contacts
      method: POST
      requestMapping:
        data:
          $var: $.fields
      responseMapping:
        id:
          $var: $.response.data.id
  delete:
    type: not-supported
events:
  updated:
    implementationType: full-scan
    ignoredFields: [lastSeen]
`,
  },
];
