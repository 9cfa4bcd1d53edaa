import { MembraneError } from '../../../core/error.js';
import type { DataRecord, RecordPage } from '../../../membrane.js';
import { flag, text, type Command, type Option, type Options, type Result } from '../../command.js';
import { csvOf, ndjsonOf, renderRecords } from '../../output/records.js';
import type { Session } from '../../session.js';
import { keyArgument, openTarget, pairs, shownOptions, targetOptions, type Target } from './target.js';

/** How `data list` and `data search` print. */
export const listFormats = ['table', 'ndjson', 'csv'] as const;

export const listOptions: readonly Option[] = [
  ...targetOptions,
  { flags: '--all', summary: 'follow the pages to the end' },
  { flags: '--limit <n>', summary: 'at most so many records; pages are followed as far as that takes' },
  { flags: '--cursor <cursor>', summary: 'where to go on: the cursor of the page before' },
  ...shownOptions,
];

export const dataList: Command = {
  path: 'data list',
  summary: 'list the records of an external app',
  description:
    'Prints one page, and the cursor of the next one; with --all every record. ndjson and csv are written as the records come.',
  args: [keyArgument],
  options: [
    { flags: '--filter <name=value>', summary: 'only records whose field has this value', many: true },
    ...listOptions,
  ],
  formats: listFormats,
  examples: [
    'data list contacts --connection crm --filter company=Analytical',
    'data list contacts --all --format ndjson',
    'data list tasks --parameter projectId=42 --limit 20 --format csv',
  ],
  async run(session, [key = ''], options) {
    const target = await openTarget(session, key, options);
    const filter = await pairs(session, options, 'filter', target.description.fieldsSchema);
    return listed(session, key, options, target, { filter });
  },
};

/** Prints the records of a list or a search in the format that is asked for. */
export async function listed(
  session: Session,
  key: string,
  options: Options,
  target: Target,
  asked: { readonly filter?: Readonly<Record<string, unknown>> | undefined; readonly query?: string },
): Promise<Result> {
  const { membrane, how, warnings } = target;
  const { data } = membrane;
  const limit = limitOf(options);
  const more = { ...how, ...asked, cursor: text(options, 'cursor'), signal: session.signal };
  const follow = flag(options, 'all') || limit !== undefined;
  const format = text(options, 'format');
  const onePage = async () =>
    asked.query === undefined ? data.list(key, more) : data.search(key, asked.query, more);
  const stream = (records: AsyncIterable<RecordPage>) => {
    const leftOut = (names: readonly string[]) =>
      session.output.note(`fields that no column was made for: ${names.join(', ')}`);
    return session.output.stream(format === 'csv' ? csvOf(records, leftOut) : ndjsonOf(records));
  };

  if (follow && (format === 'ndjson' || format === 'csv')) {
    await stream(taken(data.pages(key, more), limit));
    return { data: undefined, human: () => '', diagnostics: warnings };
  }
  const page = follow
    ? { records: await gather(session, taken(data.pages(key, more), limit)) }
    : await session.output.progress(`listing ${key}`, onePage());
  const cursor = 'cursor' in page ? page.cursor : undefined;
  const { records } = page;
  if (format === 'ndjson' || format === 'csv') await stream(only(page));
  return {
    data: cursor === undefined ? { records } : { records, cursor },
    human: (style) =>
      format === 'ndjson' || format === 'csv' || records.length === 0 ? '' : renderRecords(records, style),
    ...noteOf(records.length, cursor),
    diagnostics: warnings,
  };
}

function noteOf(count: number, cursor: unknown): { note?: string } {
  if (cursor !== undefined) {
    const shown = typeof cursor === 'string' ? cursor : JSON.stringify(cursor);
    return { note: `there are more: --all, or --cursor ${shellWord(shown)}` };
  }
  return count === 0 ? { note: 'no records' } : {};
}

function shellWord(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function limitOf(options: Options): number | undefined {
  const written = text(options, 'limit');
  if (written === undefined) return undefined;
  if (/^[1-9]\d*$/.test(written)) return Number(written);
  throw new MembraneError('usage/argument', `"${written}" is no number of records`, { hint: '--limit 50' });
}

async function gather(session: Session, pages: AsyncIterable<RecordPage>): Promise<DataRecord[]> {
  const all: DataRecord[] = [];
  const work = async () => {
    for await (const { records } of pages) all.push(...records);
    return all;
  };
  return session.output.progress(() => `${all.length.toLocaleString('en')} records`, work());
}

/** Pages until there are so many records. */
async function* taken(pages: AsyncIterable<RecordPage>, limit = Infinity): AsyncGenerator<RecordPage> {
  let left = limit;
  for await (const page of pages) {
    yield left < page.records.length ? { records: page.records.slice(0, left) } : page;
    left -= page.records.length;
    if (left <= 0) return;
  }
}

async function* only(page: RecordPage): AsyncGenerator<RecordPage> {
  yield page;
}
