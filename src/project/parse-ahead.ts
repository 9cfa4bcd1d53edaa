import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Json } from '../core/json.js';

/** A thread costs some 40 ms to start: fewer texts are read sooner without it. */
const worthIt = 300;

/**
 * Parses some of the texts in a second thread, while the caller parses the others: those from `from` on. Gives
 * undefined where a thread is not worth it, or not there, as in the sources. A text with a problem gives no value,
 * and is to be parsed again by whom can tell what is wrong.
 */
export function parseAhead(
  texts: readonly string[],
): { from: number; values: Promise<readonly (Json | undefined)[]> } | undefined {
  const file = new URL('./parse-worker.js', import.meta.url);
  if (texts.length < worthIt || !existsSync(file)) return undefined;
  const from = Math.ceil(texts.length * 0.55); // the thread starts later
  const worker = new Worker(fileURLToPath(file), { workerData: texts.slice(from) });
  const values = new Promise<readonly (Json | undefined)[]>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', () => resolve([])); // nothing is lost: what has no value is parsed here
    worker.once('exit', () => resolve([]));
  });
  return { from, values };
}
