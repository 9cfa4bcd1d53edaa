import { readFileSync, statSync } from 'node:fs';

/** Texts of files that frames are drawn from. */
export interface Sources {
  /** Lines count from 1; undefined where the file cannot be read (any more) or has no such line. */
  line(file: string, number: number): string | undefined;
}

/** No element is as large as this. */
const largest = 12_000_000;

/** Reads each file once. */
export function openSources(): Sources {
  const files = new Map<string, readonly string[]>();
  return {
    line(file, number) {
      let lines = files.get(file);
      if (lines === undefined) files.set(file, (lines = linesOf(file)));
      return lines[number - 1];
    },
  };
}

function linesOf(file: string): readonly string[] {
  try {
    const facts = statSync(file);
    if (!facts.isFile() || facts.size > largest) return [];
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } catch {
    return []; // that it cannot be read may be the very problem: it is shown without its line
  }
}
