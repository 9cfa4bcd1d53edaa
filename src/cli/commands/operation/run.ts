import { runElementCommand } from '../run-element.js';

export const operationRun = runElementCommand({
  kind: 'operation',
  runner: (membrane) => membrane.operations,
  examples: [
    'operation run find-contact --set email=ada@example.com',
    'operation run crm/find-contact --connection acme-crm --input @query.json',
  ],
});
