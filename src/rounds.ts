import { watchFiles } from './project/watch-files.js';
import { projectRoot } from './testing-look.js';

/** What came of one time. */
export type Round<T> = { readonly result: T } | { readonly error: unknown };

/**
 * Does something with a project, then again whenever its files change, until the signal ends it; then it rejects with
 * its reason. `run` gets the files that have changed; the first time there are none. What it rejects with is a round,
 * too.
 */
export async function* rounds<T>(
  cwd: string,
  signal: AbortSignal,
  run: (changed: readonly string[] | undefined) => Promise<T>,
): AsyncGenerator<Round<T>> {
  const round = (changed?: readonly string[]): Promise<Round<T>> =>
    run(changed).then(
      (result) => ({ result }),
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
