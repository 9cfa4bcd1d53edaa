import { stripVTControlCharacters } from 'node:util';
import type { Spinner } from './spinner.js';
import { width } from './text.js';

/** Lines at the foot of a terminal that are drawn anew when they change, while others scroll by above them. */
export interface Foot extends Spinner {
  /** What is drawn may be another by now. */
  changed(): void;
  /** A line above. */
  say(line: string): void;
}

/** What stands at the foot of a terminal of this size. No line may be wider. */
export type Draw = (columns: number, rows: number) => readonly string[];

const shortestMs = 250;
/** Terminals that know them show all that is between at once. */
const [begin, finish] = ['\u001B[?2026h', '\u001B[?2026l'];

/**
 * Drawn at most four times a second, and only when it changes. The cursor is never hidden: however the process ends,
 * the terminal is as it should be.
 */
export function openFoot(stream: NodeJS.WriteStream, draw: Draw): Foot {
  let drawn: readonly string[] = [];
  let said: string[] = [];
  let drawnAt = -shortestMs;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  /** From where the cursor is, at the end of the last line, back to where the first one began. */
  const erased = (): string => {
    if (drawn.length === 0) return '';
    // A terminal that has become narrower has broken the lines.
    const rows = drawn.reduce((sum, line) => sum + rowsOf(line, stream.columns), 0);
    return `${rows > 1 ? `\u001B[${rows - 1}A` : ''}\r\u001B[J`;
  };
  const show = (after = ''): void => {
    timer = undefined;
    const lines = draw(stream.columns, stream.rows).slice(0, Math.max(1, stream.rows - 1));
    const isSame = lines.join('\n') === drawn.join('\n');
    if (isSame && said.length === 0 && after === '') return;
    const above = said.map((line) => `${line}\n`).join('');
    stream.write(`${begin}${erased()}${above}${lines.join('\n')}${after}${finish}`);
    [drawn, said, drawnAt] = [lines, [], performance.now()];
  };
  const changed = (): void => {
    if (ended) return;
    timer ??= setTimeout(show, Math.max(0, shortestMs - (performance.now() - drawnAt))).unref();
  };
  stream.on('resize', changed);

  return {
    changed,
    say(line) {
      said.push(line);
      changed();
    },
    during: (_text, work) => work,
    aside(print) {
      if (!ended) stream.write(erased());
      drawn = [];
      print();
      changed();
    },
    stop() {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      stream.off('resize', changed);
      show('\n');
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(width(stripVTControlCharacters(line)) / columns));
}
