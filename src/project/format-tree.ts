import { CST } from 'yaml';

type Token = CST.Token;
type SourceToken = CST.SourceToken;

/** A block of a YAML text: a map or a list in block style, as offsets into the text. */
export interface Block {
  readonly type: 'map' | 'list';
  /** Of the first character of its items. */
  readonly column: number;
  readonly items: readonly Item[];
}

/** One key with its value, or one item of a list. */
export interface Item {
  /** Of the first and behind the last character; comments and blank lines are not part of it. */
  readonly start: number;
  readonly end: number;
  /** The key as a text, where it is one. */
  readonly key: string | undefined;
  /** `key:` or `-`, with an anchor or a tag; undefined where it is written in an unusual way, and stays as it is. */
  readonly head: { readonly text: string; readonly end: number } | undefined;
  readonly value: Block | Leaf | undefined;
  /** Names of the anchors in it, and of the aliases. */
  readonly anchors: ReadonlySet<string>;
  readonly aliases: ReadonlySet<string>;
}

/** What is moved as a whole: a scalar, an alias, a value in flow style. */
export interface Leaf {
  readonly type: 'leaf';
  readonly start: number;
  readonly end: number;
  readonly token: Token;
  /** Where the lines of a block scalar start. */
  readonly body: number | undefined;
}

/** The blocks of a text that has no error; undefined where there is none, or what stands around it is unusual. */
export function readTree(tokens: readonly Token[], text: string): Block | Leaf | undefined {
  const documents = tokens.filter((token) => token.type === 'document');
  const [document] = documents;
  if (document?.value === undefined || documents.length > 1) return undefined;
  return valueOf(document.value, text);
}

function valueOf(token: Token, text: string): Block | Leaf {
  if (token.type !== 'block-map' && token.type !== 'block-seq') return leafOf(token);
  const items: Item[] = [];
  for (const item of token.items) {
    const read = token.type === 'block-map' ? pairOf(item, text) : entryOf(item, text);
    if (read !== undefined) items.push(read);
  }
  const type = token.type === 'block-map' ? 'map' : 'list';
  return { type, column: columnOf(items[0]?.start ?? token.offset, text), items };
}

function leafOf(token: Token): Leaf {
  const end = endOf(token);
  if (token.type !== 'block-scalar')
    return { type: 'leaf', start: token.offset, end, token, body: undefined };
  const start = token.props.find(({ type }) => type === 'block-scalar-header') as SourceToken | undefined;
  const last = token.props.at(-1) as SourceToken | undefined;
  const body = last === undefined ? token.offset : last.offset + last.source.length;
  return { type: 'leaf', start: start?.offset ?? token.offset, end, token, body };
}

function pairOf(item: CST.CollectionItem, text: string): Item | undefined {
  const { start, key, sep = [], value } = item;
  const before = solid(start);
  const after = solid(sep);
  if (before.length === 0 && key == null && after.length === 0) return undefined;
  const colon = sep.findIndex(({ type }) => type === 'map-value-ind');
  const first = before[0] ?? key ?? (after[0] as SourceToken);
  const keyEnd = key == null ? undefined : endOf(key);
  const props = solid(sep.slice(colon + 1));
  const headEnd = lastEnd(after);
  const plain =
    keyEnd !== undefined &&
    headEnd !== undefined &&
    colon >= 0 &&
    (CST.isScalar(key as Token) || before.length > 0) &&
    before.every(({ type }) => type !== 'explicit-key-ind') &&
    sep.slice(0, colon).every(({ type }) => type === 'space');
  const read = value == null ? undefined : valueOf(value, text);
  const end = read === undefined ? (headEnd ?? keyEnd ?? first.offset + 1) : lastOf(read);
  const shown = text.slice(first.offset, keyEnd);
  // an alias as a key swallows a ":" that touches it
  const gap = key?.type === 'alias' ? ' ' : '';
  const headText = [`${shown}${gap}:`, ...props.map(({ source }) => source)].join(' ');
  const isWhole =
    plain && !text.slice(first.offset, headEnd).includes('\n') && startsWell(read, headEnd, text);
  return {
    start: first.offset,
    end,
    key: keyOf(key),
    head: isWhole ? { text: headText, end: headEnd } : undefined,
    value: read,
    ...namesIn(item),
  };
}

function entryOf(item: CST.CollectionItem, text: string): Item | undefined {
  const marks = solid(item.start);
  const [dash, ...props] = marks;
  if (dash === undefined) return undefined;
  const read = item.value == null ? undefined : valueOf(item.value, text);
  const headEnd = lastEnd(marks) ?? dash.offset + 1;
  const end = read === undefined ? headEnd : lastOf(read);
  const headText = ['-', ...props.map(({ source }) => source)].join(' ');
  const isWhole =
    dash.type === 'seq-item-ind' &&
    !text.slice(dash.offset, headEnd).includes('\n') &&
    startsWell(read, headEnd, text);
  return {
    start: dash.offset,
    end,
    key: undefined,
    head: isWhole ? { text: headText, end: headEnd } : undefined,
    value: read,
    ...namesIn(item),
  };
}

/** A leaf starts in the line of its head; one that does not stays where it is. */
function startsWell(value: Block | Leaf | undefined, headEnd: number, text: string): boolean {
  return value?.type !== 'leaf' || !text.slice(headEnd, value.start).includes('\n');
}

function solid(tokens: readonly SourceToken[]): SourceToken[] {
  return tokens.filter(({ type }) => type !== 'space' && type !== 'newline' && type !== 'comment');
}

function lastEnd(tokens: readonly SourceToken[]): number | undefined {
  const last = tokens.at(-1);
  return last === undefined ? undefined : last.offset + last.source.length;
}

function lastOf(value: Block | Leaf): number {
  return value.type === 'leaf' ? value.end : (value.items.at(-1)?.end ?? 0);
}

/** Behind the last character of a value that is no block. */
function endOf(token: Token): number {
  switch (token.type) {
    case 'flow-collection': {
      const closing = token.end.find(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
      return (closing?.offset ?? token.offset) + 1;
    }
    case 'block-scalar': {
      const last = token.props.at(-1) as SourceToken | undefined;
      const body = last === undefined ? token.offset : last.offset + last.source.length;
      return body + token.source.replace(/\n$/, '').length;
    }
    default:
      return token.offset + ('source' in token ? token.source.length : 0);
  }
}

function columnOf(offset: number, text: string): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** The text of a key that is one. */
export function keyOf(token: Token | null | undefined): string | undefined {
  return token != null && CST.isScalar(token) ? CST.resolveAsScalar(token)?.value : undefined;
}

export function namesIn(item: CST.CollectionItem): Pick<Item, 'anchors' | 'aliases'> {
  const anchors = new Set<string>();
  const aliases = new Set<string>();
  const visit = (token: Token | null | undefined): void => {
    if (token == null) return;
    if (token.type === 'alias') aliases.add(token.source.slice(1));
    if (token.type === 'anchor') anchors.add(token.source.slice(1));
    if ('items' in token) for (const inner of token.items) visitItem(inner);
  };
  const visitItem = ({ start, key, sep, value }: CST.CollectionItem): void => {
    for (const token of [...start, key, ...(sep ?? []), value]) visit(token);
  };
  visitItem(item);
  return { anchors, aliases };
}
