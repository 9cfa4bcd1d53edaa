import type { Style } from './style.js';

/** Rows under headings: a table for people, aligned columns for pipes. */
export async function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const border = Object.fromEntries(borders.map((name) => [name, '']));
  const table = new Table({
    head: headings.map((heading) => style.color.bold(heading.toUpperCase())),
    chars: { ...border, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const borders = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
];
