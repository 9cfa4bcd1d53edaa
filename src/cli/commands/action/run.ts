import { runElementCommand } from '../run-element.js';

export const actionRun = runElementCommand({
  kind: 'action',
  runner: (membrane) => membrane.actions,
  examples: [
    'action run create-contact --set name=Ada --set email=ada@example.com',
    'action run create-contact --connection crm --input \'{"name": "Ada"}\'',
    'action run create-contact --input @contact.json',
    'action run upload-report --file document=report.pdf',
    'action run download-report --set id=7 --output report.pdf',
  ],
});
