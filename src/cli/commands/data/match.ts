import { MembraneError } from '../../../core/error.js';
import type { Command } from '../../command.js';
import { keyArgument, openTarget, pairs, shownOptions, targetOptions } from './target.js';

export const dataMatch: Command = {
  path: 'data match',
  summary: 'print the first record whose fields have certain values',
  args: [keyArgument],
  options: [
    { flags: '--field <name=value>', summary: 'a field and the value that it must have', many: true },
    ...targetOptions,
    ...shownOptions,
  ],
  examples: ['data match contacts --field email=ada@example.com'],
  async run(session, [key = ''], options) {
    const target = await openTarget(session, key, options);
    const fields = await pairs(session, options, 'field', target.description.fieldsSchema);
    if (fields === undefined) {
      throw new MembraneError('usage/argument', 'nothing says which record is wanted', {
        hint: '--field email=ada@example.com',
      });
    }
    const { membrane, how, warnings } = target;
    const found = await session.output.progress(`matching ${key}`, membrane.data.match(key, fields, how));
    if (found !== undefined) return { data: found, diagnostics: warnings };
    const values = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    throw new MembraneError('record/not-found', `no record of "${key}" has ${values.join(' and ')}`, {
      hint: 'it may be written differently there: try "membrane data search"',
      class: 'bad_request',
      key: 'not_found',
    });
  },
};
