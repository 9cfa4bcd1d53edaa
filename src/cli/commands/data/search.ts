import type { Command } from '../../command.js';
import { listed, listFormats, listOptions } from './list.js';
import { keyArgument, openTarget } from './target.js';

export const dataSearch: Command = {
  path: 'data search',
  summary: 'search the records of an external app for a text',
  args: [keyArgument, { name: 'text', summary: 'what to search for' }],
  options: listOptions,
  formats: listFormats,
  examples: ['data search contacts lovelace', 'data search contacts "ada lovelace" --connection crm --all'],
  async run(session, [key = '', query = ''], options) {
    return listed(session, key, options, await openTarget(session, key, options), { query });
  },
};
