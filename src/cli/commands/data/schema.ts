import type { Command } from '../../command.js';
import { keyArgument, openTarget, targetOptions } from './target.js';

export const dataSchema: Command = {
  path: 'data schema',
  summary: 'print the schema of the fields, with those that only this connection has',
  args: [keyArgument],
  options: targetOptions,
  examples: ['data schema contacts --connection crm'],
  async run(session, [key = ''], options) {
    const { membrane, how, warnings } = await openTarget(session, key, options);
    const schema = await session.output.progress(`asking for fields`, membrane.data.schema(key, how));
    return { data: schema, diagnostics: warnings };
  },
};
