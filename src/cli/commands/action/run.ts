import { MembraneError } from '../../../core/error.js';
import { text, type Command } from '../../command.js';
import { inputOptions, readInput } from '../../input.js';
import type { Session } from '../../session.js';

export const actionRun: Command = {
  path: 'action run',
  summary: 'run an action and print its output as JSON',
  args: [{ name: 'key', summary: 'key of the action', completes: 'element:action' }],
  options: [
    {
      flags: '--connection <key>',
      summary: 'whose account; not needed where only one fits',
      completes: 'connections',
    },
    ...inputOptions,
  ],
  examples: [
    'action run create-contact --set name=Ada --set email=ada@example.com',
    'action run create-contact --connection crm --input \'{"name": "Ada"}\'',
    'action run create-contact --input @contact.json',
  ],
  async run(session, [key = ''], options) {
    const membrane = await session.membrane({ cached: true });
    const input = await readInput(session, options, await membrane.actions.inputSchema(key));
    const run = (connection: string | undefined) =>
      session.output.progress(
        `running ${key}`,
        membrane.actions.run(key, { input, connection, redacted: true }),
      );
    const { output, warnings, id } = await askWhichConnection(session, text(options, 'connection'), run);
    return {
      data: { id, output: output ?? null },
      human: () => (output === undefined ? '' : JSON.stringify(output, null, 2)),
      diagnostics: warnings,
    };
  },
};

/** Where several connections fit, a person at a terminal chooses. */
async function askWhichConnection<T>(
  session: Session,
  wanted: string | undefined,
  run: (connection: string | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await run(wanted);
  } catch (error) {
    const choices =
      error instanceof MembraneError && error.code === 'usage/ambiguous'
        ? error.data?.['choices']
        : undefined;
    if (!Array.isArray(choices) || session.prompts === undefined) throw error;
    const keys = choices as string[];
    return run(
      await session.prompts.choose(
        'Which connection?',
        keys.map((value) => ({ value, name: value })),
      ),
    );
  }
}
