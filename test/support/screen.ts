/**
 * What a terminal shows of what was written to it: lines that were scrolled out stay. Knows what this program uses:
 * going up, to the beginning of a line, and clearing what is below. Colours are left out.
 */
export function screenOf(written: string, columns: number): string {
  const lines: string[] = [''];
  let [row, column] = [0, 0];
  const put = (char: string): void => {
    if (column === columns) [row, column] = [row + 1, 0];
    while (lines.length <= row) lines.push('');
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + char + line.slice(column + 1);
    column += 1;
  };
  // eslint-disable-next-line no-control-regex -- they are what it is about
  for (const [part, amount, command] of written.matchAll(/\u001B\[\??([\d;]*)([A-Za-z])|[^]/gu)) {
    if (command === 'A') row = Math.max(0, row - Number(amount === '' ? 1 : amount));
    else if (command === 'J') lines.splice(row, Infinity, (lines[row] ?? '').slice(0, column));
    else if (part === '\r') column = 0;
    else if (part === '\n') {
      row += 1;
      while (lines.length <= row) lines.push('');
    } else if (command === undefined) put(part);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}
