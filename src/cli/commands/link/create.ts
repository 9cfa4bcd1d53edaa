import { text, type Command } from '../../command.js';
import { askWhichConnection } from '../run-element.js';
import { connectionOption, directionOption, idOptions, linkIn, tableArgument } from './options.js';
import { renderLinks } from './table.js';

export const linkCreate: Command = {
  path: 'link create',
  summary: 'link a record of your app with a record of an external app',
  description: 'Making a link again changes nothing but that it is the newest one.',
  args: [tableArgument],
  options: [connectionOption, ...idOptions, directionOption],
  examples: ['link create contacts --app 42 --external 0035e --connection crm'],
  async run(session, [table = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const links = await askWhichConnection(session, text(options, 'connection'), (connection) =>
      membrane.links.create(table, linkIn(options), { connection }),
    );
    return { data: { links }, human: (style) => renderLinks(links, style) };
  },
};
