import type { KindExample } from '../../core/kind.js';

export const flowExamples: readonly KindExample[] = [
  {
    title: 'New records of the external app go to your own',
    yaml: `name: Receive contacts
nodes:
  contact-created:
    type: data-record-created-trigger
    name: Contact created
    config:
      dataSource:
        collectionKey: contacts
    links:
      - key: shape
  shape:
    type: transform-data
    config:
      output:
        email:
          $var: $.input.contact-created.record.fields.email
    links:
      - key: send
  send:
    type: api-request-to-your-app
    config:
      request:
        uri: contacts
        method: POST
        body:
          $var: $.input.shape
`,
  },
  {
    title: 'Something is done for each item of a list',
    yaml: `name: Import orders
nodes:
  start:
    type: api-trigger
    inputSchema:
      type: object
      properties:
        orders:
          type: array
          items:
            type: object
    links:
      - key: each-order
  each-order:
    type: for-each
    config:
      items:
        $var: $.input.orders
      rootNodeKey: create-order
  create-order:
    type: api-request-to-external-app
    config:
      request:
        path: /orders
        method: POST
        data:
          $var: $.input.each-order.item
      idempotency:
        in: header
        name: Idempotency-Key
`,
  },
];
