import { MembraneError } from '../../../core/error.js';
import { text, type Command } from '../../command.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, directionOption, idOptions, linkIn, tableArgument } from './options.js';

export const linkFind: Command = {
  path: 'link find',
  summary: 'find the record that another one is linked to; of several links the newest',
  args: [tableArgument],
  options: [connectionOption, ...idOptions, directionOption],
  examples: ['link find contacts --app 42', 'link find contacts --external 0035e --direction import'],
  async run(session, [table = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const query = linkIn(options);
    const link = await askWhichConnection(session, text(options, 'connection'), (connection) =>
      membrane.links.find(table, query, { connection }),
    );
    if (link === undefined) {
      throw new MembraneError('link/not-found', `no such link in "${table}"`, {
        hint: `see them: membrane link list ${table}`,
      });
    }
    return {
      data: link,
      human: () =>
        `${link.appRecordId} ${link.direction === 'import' ? '<-' : '->'} ${link.externalRecordId}`,
    };
  },
};
