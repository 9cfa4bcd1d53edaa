import { MembraneError } from '../../../core/error.js';
import { flag, type Command } from '../../command.js';
import { keyArgument, openTarget, targetOptions } from './target.js';

export const dataDelete: Command = {
  path: 'data delete',
  summary: 'delete a record in an external app',
  args: [keyArgument, { name: 'id', summary: 'id of the record' }],
  options: [...targetOptions, { flags: '-y, --yes', summary: 'do not ask' }],
  examples: ['data delete contacts 42 --yes'],
  async run(session, [key = '', id = ''], options) {
    const { membrane, how, description, warnings } = await openTarget(session, key, options);
    const where = `record "${id}" of "${key}" would be deleted in "${description.connection}"`;
    if (!flag(options, 'yes')) {
      if (session.prompts === undefined) {
        throw new MembraneError('usage/argument', where, { hint: 'say so with --yes' });
      }
      const question = `Delete the record "${id}" of "${key}" in "${description.connection}"?`;
      const sure = await session.prompts.confirm(question, false);
      if (!sure) return { data: { deleted: false }, human: () => '', note: 'nothing was deleted' };
    }
    const written = await session.output.progress(`deleting ${id}`, membrane.data.delete(key, id, how));
    return {
      data: { deleted: true, ...written },
      human: () => `deleted "${written.id}"`,
      diagnostics: warnings,
    };
  },
};
