import { watchFiles } from './project/watch-files.js';
import type { TestReport } from './testing.js';
import { projectRoot } from './testing-look.js';

/** What came of one time that tests were run. */
export type TestRound = { readonly report: TestReport } | { readonly error: unknown };

/**
 * Runs tests, then again whenever files of the project change, until the signal ends it; then it rejects with its
 * reason. `run` gets the files that have changed; the first time there are none. What it rejects with is a round, too.
 */
export async function* watchTests(
  cwd: string,
  signal: AbortSignal,
  run: (changed: readonly string[] | undefined) => Promise<TestReport>,
): AsyncGenerator<TestRound> {
  const round = (changed?: readonly string[]): Promise<TestRound> =>
    run(changed).then(
      (report) => ({ report }),
      (error: unknown) => ({ error }),
    );
  const changes = await watchFiles(await projectRoot(cwd), signal);
  try {
    yield await round();
    for (;;) yield await round(await changes.next());
  } finally {
    await changes.close();
  }
}
