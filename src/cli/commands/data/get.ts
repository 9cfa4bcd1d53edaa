import type { Command } from '../../command.js';
import { keyArgument, openTarget, shownOptions, targetOptions } from './target.js';

export const dataGet: Command = {
  path: 'data get',
  summary: 'print the record with an id',
  args: [keyArgument, { name: 'id', summary: 'id of the record' }],
  options: [...targetOptions, ...shownOptions],
  examples: ['data get contacts 42', 'data get contacts 42 --connection crm --field-mapping contacts'],
  async run(session, [key = '', id = ''], options) {
    const { membrane, how, warnings } = await openTarget(session, key, options);
    const record = await session.output.progress(`finding ${id}`, membrane.data.get(key, id, how));
    return { data: record, diagnostics: warnings };
  },
};
