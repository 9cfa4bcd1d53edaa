import { MembraneError } from '../../core/error.js';
import type { Membrane, Rehearsal } from '../../membrane.js';
import { flag, text, type Command, type Result } from '../command.js';
import { dryRunOption, renderWrites } from '../dry-run.js';
import { inputOptions, readInput } from '../input.js';
import { fileOption, withFiles } from '../local-files.js';
import { resultFile, resultFileOptions } from '../result-file.js';
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
      { flags: '--instance <key>', summary: 'which of several instances of its elements is used' },
      ...inputOptions,
      fileOption,
      ...resultFileOptions,
      dryRunOption,
    ],
    examples,
    async run(session, [key = ''], options) {
      const membrane = await session.membrane({ cached: true });
      const target = await resultFile(session, membrane, options);
      const elements = runner(membrane);
      const plain = await readInput(session, options, await elements.inputSchema(key));
      const input = await withFiles(session, membrane, options, plain);
      const instance = text(options, 'instance');
      const run = (connection: string | undefined) =>
        session.output.progress(
          `running ${key}`,
          elements.run(key, { input, connection, instance, redacted: true }),
        );
      const wanted = text(options, 'connection');
      if (flag(options, 'dryRun')) {
        const how = { input, instance, redacted: true };
        return rehearsalOf(
          await askWhichConnection(session, wanted, (connection) =>
            session.output.progress(`trying ${key}`, elements.dryRun(key, { ...how, connection })),
          ),
        );
      }
      const { output, warnings, id } = await askWhichConnection(session, wanted, run);
      const data = { id, output: output ?? null };
      if (target !== undefined) return { ...(await target.write(output, data)), diagnostics: warnings };
      return {
        data,
        human: () => (output === undefined ? '' : JSON.stringify(output, null, 2)),
        diagnostics: warnings,
      };
    },
  };
}

function rehearsalOf({ writes, output, why, warnings }: Rehearsal): Result {
  const gives = why === undefined ? '' : `what it would give nobody can tell (${why})\n`;
  return {
    data: { writes, output: output ?? null, ...(why === undefined ? {} : { why }) },
    human: (style) => renderWrites(writes, style),
    diagnostics: warnings,
    note: `${gives}nothing was changed, and nothing is stored`,
  };
}

/** Where several connections fit, a person at a terminal chooses. */
export async function askWhichConnection<T>(
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
