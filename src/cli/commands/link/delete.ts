import { text, type Command } from '../../command.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, directionOption, idOptions, linkIn, tableArgument } from './options.js';

export const linkDelete: Command = {
  path: 'link delete',
  summary: 'remove links; with one id, all links of that record',
  args: [tableArgument],
  options: [connectionOption, ...idOptions, directionOption],
  examples: ['link delete contacts --app 42 --external 0035e', 'link delete contacts --external 0035e'],
  async run(session, [table = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const deleted = await askWhichConnection(session, text(options, 'connection'), (connection) =>
      membrane.links.delete(table, linkIn(options), { connection }),
    );
    return { data: { deleted }, human: () => `removed ${deleted === 1 ? '1 link' : `${deleted} links`}` };
  },
};
