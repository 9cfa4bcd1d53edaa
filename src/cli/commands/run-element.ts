import { MembraneError } from '../../core/error.js';
import type { Membrane } from '../../membrane.js';
import { text, type Command } from '../command.js';
import { inputOptions, readInput } from '../input.js';
import type { Session } from '../session.js';

export interface RunElementCommand {
  readonly kind: string;
  readonly runner: (membrane: Membrane) => Membrane['actions'];
  readonly examples: readonly string[];
}

/** `action run` and its kin: one element, once, its output as JSON. */
export function runElementCommand({ kind, runner, examples }: RunElementCommand): Command {
  return {
    path: `${kind} run`,
    summary: `run an ${kind} and print its output as JSON`,
    args: [{ name: 'key', summary: `key of the ${kind}`, completes: `element:${kind}` }],
    options: [
      {
        flags: '--connection <key>',
        summary: 'whose account; not needed where only one fits',
        completes: 'connections',
      },
      ...inputOptions,
    ],
    examples,
    async run(session, [key = ''], options) {
      const elements = runner(await session.membrane({ cached: true }));
      const input = await readInput(session, options, await elements.inputSchema(key));
      const run = (connection: string | undefined) =>
        session.output.progress(`running ${key}`, elements.run(key, { input, connection, redacted: true }));
      const { output, warnings, id } = await askWhichConnection(session, text(options, 'connection'), run);
      return {
        data: { id, output: output ?? null },
        human: () => (output === undefined ? '' : JSON.stringify(output, null, 2)),
        diagnostics: warnings,
      };
    },
  };
}

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
