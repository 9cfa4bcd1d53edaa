import { Document, isCollection, isMap, isScalar, visit, type Node, type YAMLSeq } from 'yaml';
import type { JsonObject, JsonPath } from '../core/json.js';

/** A remark on a value: it stands above its key. */
export interface Remark {
  readonly at: JsonPath;
  readonly text: string;
}

/** A file to be written, with remarks in it. */
export function printYaml(value: JsonObject, remarks: readonly Remark[], header?: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Seq: (_, list) => {
      list.flow = isShort(list);
    },
  });
  for (const { at, text } of remarks) comment(document, at, text);
  if (header !== undefined) document.commentBefore = lines(header);
  return document.toString({
    lineWidth: 110,
    singleQuote: true,
    flowCollectionPadding: false,
    minContentWidth: 40,
  });
}

/** Whether a list of words fits on a line. */
function isShort({ items }: YAMLSeq): boolean {
  const words = items.map((item) => (isScalar(item) ? String(item.value) : undefined));
  return words.every((word) => word !== undefined) && words.join(', ').length < 80;
}

function comment(document: Document, at: JsonPath, text: string): void {
  const parent = at.length === 1 ? document.contents : document.getIn(at.slice(0, -1), true);
  if (!isCollection(parent)) return;
  const last = at.at(-1);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
    : undefined;
  const node = (pair === undefined ? parent.get(last, true) : pair.key) as Node | undefined;
  if (node === undefined || node === null) return;
  const before =
    node.commentBefore === undefined || node.commentBefore === null ? '' : `${node.commentBefore}\n`;
  node.commentBefore = before + lines(text);
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
}
