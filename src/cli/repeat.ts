import type { Result } from './command.js';
import type { Session } from './session.js';

/** Does the work of a command, then again whenever files of the project change, until Ctrl-C. Each time is one result. */
export async function repeat(
  session: Session,
  cwd: string,
  run: (changed: readonly string[] | undefined) => Promise<Result>,
): Promise<Result> {
  const { rounds } = await session.library();
  const { output, signal, io } = session;
  for await (const round of rounds(cwd, signal, run)) {
    if ('error' in round) await output.failure(round.error, session.cwd, { oneLine: true });
    else await output.result(round.result, session.cwd, { oneLine: true });
    if (io.stdout.closed === true) break;
  }
  return { data: undefined, human: () => '' };
}
