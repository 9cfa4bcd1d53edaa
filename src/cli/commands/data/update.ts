import type { Command } from '../../command.js';
import { inputOptions } from '../../input.js';
import { fieldsInput, keyArgument, leftOutNote, mappingOption, openTarget, targetOptions } from './target.js';

export const dataUpdate: Command = {
  path: 'data update',
  summary: 'change fields of a record in an external app',
  args: [keyArgument, { name: 'id', summary: 'id of the record' }],
  options: [...targetOptions, mappingOption, ...inputOptions],
  examples: ['data update contacts 42 --set company="Analytical Engines"'],
  async run(session, [key = '', id = ''], options) {
    const target = await openTarget(session, key, options);
    const fields = await fieldsInput(session, options, target);
    const { membrane, how, warnings } = target;
    const written = await session.output.progress(
      `changing ${id}`,
      membrane.data.update(key, id, fields, how),
    );
    return { data: written, ...leftOutNote(fields, target, 'update'), diagnostics: warnings };
  },
};
