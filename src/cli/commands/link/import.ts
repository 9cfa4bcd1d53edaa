import { text, type Command } from '../../command.js';
import { readRecords } from '../../record-file.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, tableArgument } from './options.js';

export const linkImport: Command = {
  path: 'link import',
  summary: 'make links from a file: {appRecordId, externalRecordId, direction} a line',
  description:
    'CSV has a line of headings with these names; it is taken for CSV when its name ends in .csv, or with --format csv. A thousand links are stored at a time; running it again after an error changes nothing about those that were stored.',
  args: [tableArgument, { name: 'file', summary: 'the file, or - for standard input', completes: 'files' }],
  options: [connectionOption],
  formats: ['ndjson', 'csv'],
  examples: ['link import contacts links.ndjson --connection crm', 'link import contacts - --format csv'],
  async run(session, [table = '', file = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const asked = text(options, 'format');
    const format = asked === 'csv' || (asked !== 'ndjson' && file.endsWith('.csv')) ? 'csv' : 'ndjson';
    const records = (connection: string | undefined) =>
      membrane.links.import(table, readRecords(session, file, format), { connection });
    const work = askWhichConnection(session, text(options, 'connection'), records);
    const { imported } = await session.output.progress(`importing ${file}`, work);
    return { data: { imported }, human: () => `imported ${imported === 1 ? '1 link' : `${imported} links`}` };
  },
};
