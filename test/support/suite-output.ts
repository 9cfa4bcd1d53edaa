import { execFile } from 'node:child_process';
import path from 'node:path';

/** What the short form of the suite in a folder printed: its problems, and its last line, which is JSON. */
export async function suiteOutput(folder: string): Promise<{ problems: string[]; summary: unknown }> {
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [path.join(folder, 'run.mjs')], (error, printed) =>
      error !== null && printed === '' ? reject(error) : resolve(printed),
    );
  });
  const lines = stdout.trim().split('\n');
  const summary: unknown = JSON.parse(lines.pop() ?? '');
  return { problems: lines.filter((line) => line.startsWith('PROBLEM')), summary };
}
