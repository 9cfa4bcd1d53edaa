import type { Style } from './style.js';
import { printable, width } from './text.js';

/** Rows under headings, in aligned columns; a column without any value is left out. */
export async function renderTable(
  headings: readonly string[],
  values: readonly (readonly string[])[],
  style: Style,
): Promise<string> {
  const rows = values.map((row) => row.map((value) => printable(value.replace(/\s+/g, ' '))));
  if (!style.terminal) return alignColumns([headings.map((heading) => heading.toUpperCase()), ...rows]);
  const { default: Table } = await import('cli-table3');
  const used = headings.flatMap((_, column) =>
    rows.some((row) => (row[column] ?? '') !== '') ? [column] : [],
  );
  const pick = (row: readonly string[]) => used.map((column) => row[column] ?? '');
  const border = Object.fromEntries(borders.map((name) => [name, '']));
  const table = new Table({
    head: pick(headings).map((heading) => style.color.bold(heading.toUpperCase())),
    chars: { ...border, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map(pick));
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

function alignColumns(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? '')))) ?? [];
  const pad = (value: string, index: number) => value + ' '.repeat((columns[index] ?? 0) - width(value));
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
