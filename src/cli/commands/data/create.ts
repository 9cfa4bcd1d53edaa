import type { Command } from '../../command.js';
import { inputOptions } from '../../input.js';
import { fieldsInput, keyArgument, leftOutNote, mappingOption, openTarget, targetOptions } from './target.js';

export const dataCreate: Command = {
  path: 'data create',
  summary: 'create a record in an external app',
  args: [keyArgument],
  options: [...targetOptions, mappingOption, ...inputOptions],
  examples: [
    'data create contacts --set email=ada@example.com --set name=Ada',
    'data create contacts --connection crm --input @contact.json',
  ],
  async run(session, [key = ''], options) {
    const target = await openTarget(session, key, options);
    const fields = await fieldsInput(session, options, target);
    const { membrane, how, warnings } = target;
    const written = await session.output.progress(
      `creating in ${key}`,
      membrane.data.create(key, fields, how),
    );
    return { data: written, ...leftOutNote(fields, target, 'create'), diagnostics: warnings };
  },
};
