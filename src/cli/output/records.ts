import { isObject } from '../../core/json.js';
import type { DataRecord } from '../../membrane.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

/** Fields of a table beside id and name: more do not fit on a screen. */
const shownFields = 6;
const cellWidth = 40;
/** Records that are looked at before the columns of a CSV file are decided. */
const lookedAt = 100;

/** Records as a table: their id and name, and the first fields that hold single values. */
export function renderRecords(records: readonly DataRecord[], style: Style): Promise<string> {
  const named = records.some(({ name }) => name !== undefined);
  const fields = fieldNames(records)
    .filter((name) => name !== 'id' && records.some((record) => isSingle(fieldOf(record, name))))
    .slice(0, shownFields);
  const rows = records.map((record) => [
    record.id,
    ...(named ? [record.name ?? ''] : []),
    ...fields.map((name) => short(cell(fieldOf(record, name)))),
  ]);
  return renderTable(['id', ...(named ? ['record name'] : []), ...fields], rows, style);
}

/** One JSON document a line. */
export async function* ndjsonOf(pages: Pages): AsyncGenerator<string> {
  for await (const { records } of pages) {
    yield records.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}

/**
 * CSV (RFC 4180): id, name and times, then the fields. Its columns come from the first records, of which a few are
 * held back for that; `onLeftOut` is told of fields that came later, and are left out.
 */
export async function* csvOf(
  pages: Pages,
  onLeftOut: (names: readonly string[]) => void,
): AsyncGenerator<string> {
  const first: DataRecord[] = [];
  const leftOut = new Set<string>();
  let columns: readonly Column[] | undefined;
  const lines = (records: readonly DataRecord[], of: readonly Column[]): string => {
    const known = new Set(of.map(({ field }) => field));
    for (const name of fieldNames(records)) if (!known.has(name)) leftOut.add(name);
    return records.map((record) => csvLine(of.map(({ value }) => value(record)))).join('');
  };
  const begin = (): string => {
    columns = columnsOf(first);
    return csvLine(columns.map(({ title }) => title)) + lines(first, columns);
  };
  for await (const { records } of pages) {
    if (columns !== undefined) yield lines(records, columns);
    else {
      first.push(...records);
      if (first.length >= lookedAt) yield begin();
    }
  }
  if (columns === undefined && first.length > 0) yield begin();
  if (leftOut.size > 0) onLeftOut([...leftOut]);
}

type Pages = AsyncIterable<{ readonly records: readonly DataRecord[] }>;

interface Column {
  readonly title: string;
  readonly field?: string;
  readonly value: (record: DataRecord) => unknown;
}

const facts = [
  'id',
  'name',
  'uri',
  'createdTime',
  'updatedTime',
  'deletedTime',
  'createdById',
  'updatedById',
] as const;

function columnsOf(records: readonly DataRecord[]): Column[] {
  const fields = fieldNames(records);
  const own = facts.filter((fact) => records.some((record) => record[fact] !== undefined));
  // a field of the same name says the same in most apps, but need not
  const title = (name: string) => (own.some((fact) => fact === name) ? `fields.${name}` : name);
  return [
    ...own.map((fact) => ({ title: fact, value: (record: DataRecord) => record[fact] })),
    ...fields.map((field) => ({
      title: title(field),
      field,
      value: (record: DataRecord) => fieldOf(record, field),
    })),
  ];
}

/** A line of CSV (RFC 4180). */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map((value) => quoted(cell(value))).join(',')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function short(text: string): string {
  return text.length > cellWidth ? `${text.slice(0, cellWidth - 1)}…` : text;
}

function isSingle(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

function fieldNames(records: readonly DataRecord[]): string[] {
  return [...new Set(records.flatMap(({ fields }) => (isObject(fields) ? Object.keys(fields) : [])))];
}

function fieldOf({ fields }: DataRecord, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Joins what belongs to many items into texts of a size that is worth a write; at the latest every fifth of a second. */
export async function* inChunks<Item>(
  items: AsyncIterable<Item>,
  textOf: (item: Item) => string,
): AsyncGenerator<string> {
  let text = '';
  let asked = Date.now();
  for await (const item of items) {
    text += textOf(item);
    if (text.length < 16_384 && Date.now() - asked < 200) continue;
    yield text;
    text = '';
    asked = Date.now();
  }
  if (text !== '') yield text;
}
