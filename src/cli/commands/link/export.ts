import type { DataLink } from '../../../membrane.js';
import { text, type Command } from '../../command.js';
import { csvLine, inChunks } from '../../output/records.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, tableArgument } from './options.js';

const columns = ['appRecordId', 'externalRecordId', 'direction'] as const;

export const linkExport: Command = {
  path: 'link export',
  summary: 'print all links of a table as NDJSON or CSV, as "link import" takes them',
  args: [tableArgument],
  options: [connectionOption],
  formats: ['ndjson', 'csv'],
  examples: ['link export contacts --connection crm', 'link export contacts --format csv'],
  async run(session, [table = ''], options) {
    const membrane = await session.membrane({ cached: true });
    // also finds out whose links are meant, where that must be asked
    const connection = await askWhichConnection(session, text(options, 'connection'), async (one) => {
      await membrane.links.list(table, { connection: one, limit: 1 });
      return one;
    });
    const links = membrane.links.export(table, { connection });
    const format = text(options, 'format');
    if (format === 'json') return { data: { links: await gather(links) } };
    await session.output.stream(format === 'csv' ? csvOf(links) : inChunks(links, lineOf));
    return { data: undefined, human: () => '' };
  },
};

async function gather(links: AsyncIterable<DataLink>): Promise<object[]> {
  const all: object[] = [];
  for await (const link of links) all.push(stored(link));
  return all;
}

async function* csvOf(links: AsyncIterable<DataLink>): AsyncGenerator<string> {
  yield csvLine(columns);
  yield* inChunks(links, (link) => csvLine(columns.map((name) => link[name])));
}

function lineOf(link: DataLink): string {
  return `${JSON.stringify(stored(link))}\n`;
}

/** What makes the same link elsewhere. */
function stored({ appRecordId, externalRecordId, direction }: DataLink): object {
  return { appRecordId, externalRecordId, direction };
}
