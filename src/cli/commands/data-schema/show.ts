import { flag, text, type Command } from '../../command.js';
import { showOf } from '../kind.js';

const plain = showOf('data-schema');

export const dataSchemaShow: Command = {
  ...plain,
  options: [
    ...(plain.options ?? []),
    { flags: '--resolved', summary: 'the schema itself; your app is asked where it gives it' },
    { flags: '--refresh', summary: 'ask your app again, although its last answer is still fresh' },
  ],
  examples: [
    ...plain.examples,
    'data-schema show KEY --resolved',
    'data-schema show KEY --refresh --tenant acme',
  ],
  async run(session, [key = ''], options) {
    const refresh = flag(options, 'refresh');
    if (!refresh && !flag(options, 'resolved')) return plain.run(session, [key], options);
    const { dataSchemas } = await session.membrane();
    const how = { connection: text(options, 'connection'), refresh };
    const { schema, warnings } = await session.output.progress(
      `asking for ${key}`,
      dataSchemas.show(key, how),
    );
    return { data: { key, schema }, human: () => JSON.stringify(schema, null, 2), diagnostics: warnings };
  },
};
