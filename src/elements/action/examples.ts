import type { KindExample } from '../../core/kind.js';

export const actionExamples: readonly KindExample[] = [
  {
    title: 'A request to the external app',
    yaml: `name: Create contact
type: api-request-to-external-app
inputSchema:
  type: object
  properties:
    email:
      type: string
    name:
      type: string
  required: [email]
config:
  request:
    path: /contacts
    method: POST
    data:
      email:
        $var: $.input.email
      fullName:
        $var: $.input.name
outputMapping:
  id:
    $var: $.output.id
customOutputSchema:
  type: object
  properties:
    id:
      type: string
`,
  },
  {
    title: 'Records of a data source, mapped',
    yaml: `name: Get users
type: list-data-records
inputSchema:
  type: object
  properties:
    cursor:
      type: string
config:
  dataSource:
    key: users
  cursor:
    $var: $.input.cursor
  fieldMapping:
    key: users
    includeRawFields: true
`,
  },
];
