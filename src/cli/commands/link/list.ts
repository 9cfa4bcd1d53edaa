import { MembraneError } from '../../../core/error.js';
import { text, type Command, type Options } from '../../command.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, tableArgument } from './options.js';
import { renderLinks } from './table.js';

export const linkList: Command = {
  path: 'link list',
  summary: 'list links between records of your app and of an external app, newest first',
  args: [tableArgument],
  options: [connectionOption, { flags: '--limit <n>', summary: 'at most so many; default 100' }],
  examples: ['link list contacts --connection crm', 'link list contacts --limit 10'],
  async run(session, [table = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const limit = limitOf(options);
    const { links, total } = await askWhichConnection(session, text(options, 'connection'), (connection) =>
      membrane.links.list(table, { connection, limit }),
    );
    const more = `${links.length} of ${total}; all of them: membrane link export ${table}`;
    const note = total === 0 ? 'no links yet' : total > links.length ? more : undefined;
    return {
      data: { links, total },
      human: (style) => renderLinks(links, style),
      ...(note === undefined ? {} : { note }),
    };
  },
};

function limitOf(options: Options): number | undefined {
  const limit = text(options, 'limit');
  if (limit === undefined || /^[1-9]\d{0,6}$/.test(limit))
    return limit === undefined ? undefined : Number(limit);
  throw new MembraneError('usage/argument', `"${limit}" is no number of links`, { hint: '--limit 50' });
}
