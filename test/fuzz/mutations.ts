import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { kinds } from '../../src/elements/index.js';
import { repository } from '../support/cli.js';

/** How many mutations: 500 unless FUZZ_RUNS says otherwise. */
export const runs = Number(process.env['FUZZ_RUNS'] ?? 500);

export interface Seed {
  readonly kind: string;
  readonly text: string;
}

/** Elements to start from: all fixtures, and of the corpus of exports, where it is, some of each folder. */
export const seeds: readonly Seed[] = [...fixtures(), ...exports()];

function fixtures(): Seed[] {
  const folder = path.join(repository, 'test/fixtures/kinds');
  return kinds.flatMap(({ name }) =>
    ['valid', 'invalid'].flatMap((sort) =>
      yamlFiles(path.join(folder, name, sort)).map((file) => ({
        kind: name,
        text: readFileSync(file, 'utf8'),
      })),
    ),
  );
}

function exports(): Seed[] {
  const root = path.join(repository, '../shared/corpus/sync-example');
  return yamlFiles(root)
    .filter((_, index) => index % 25 === 0)
    .flatMap((file) => {
      const kind = kinds.find(({ folder, aliases = [] }) =>
        [folder, ...aliases].includes(path.basename(path.dirname(path.dirname(file)))),
      );
      return kind === undefined ? [] : [{ kind: kind.name, text: readFileSync(file, 'utf8') }];
    });
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => path.join(folder, name));
}

/** A seed with some changes to its value, written in some style, and then some changes to its text. */
export const mutant: fc.Arbitrary<Seed> = fc
  .record({
    seed: fc.constantFrom(...seeds),
    changes: fc.array(fc.record({ at: fc.nat(), how: fc.nat(), value: oddValue() }), { maxLength: 6 }),
    style: fc.option(style(), { nil: undefined }),
    edits: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      fc.array(fc.record({ at: fc.nat(), how: fc.nat(), text: oddText() }), { maxLength: 4 }),
    ),
    windows: fc.boolean(),
  })
  .map(({ seed, changes, style: chosen, edits, windows }) => {
    const text =
      changes.length === 0 && chosen === undefined ? seed.text : rewritten(seed.text, changes, chosen);
    const edited = (edits as readonly Edit[]).reduce(edit, text);
    return { kind: seed.kind, text: windows ? edited.replaceAll(/\r?\n/g, '\r\n') : edited };
  });

interface Edit {
  readonly at: number;
  readonly how: number;
  readonly text: string;
}

interface Change {
  readonly at: number;
  readonly how: number;
  readonly value: unknown;
}

type Style = object;

function rewritten(text: string, changes: readonly Change[], chosen: Style | undefined): string {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0) return text;
  for (const change of changes) mutate(document, change);
  try {
    return document.toString({ indent: 2, lineWidth: 80, ...chosen });
  } catch {
    return text; // not every tree can be written
  }
}

function mutate(document: ReturnType<typeof parseDocument>, { at, how, value }: Change): void {
  const nodes: unknown[] = [];
  const collect = (node: unknown): void => {
    if (isMap(node) || isSeq(node)) nodes.push(node);
    if (isMap(node)) for (const pair of node.items) collect(pair.value);
    if (isSeq(node)) for (const item of node.items) collect(item);
  };
  collect(document.contents);
  const node = nodes[at % Math.max(1, nodes.length)];
  if (!isMap(node) && !isSeq(node)) return;
  const items = node.items as unknown[];
  const place = (at >> 4) % Math.max(1, items.length);
  const key = isMap(node) ? node.items[place]?.key : place;
  const created = document.createNode(value);
  switch (how % 8) {
    case 0:
      items.splice(place, 1);
      break;
    case 1:
      if (isSeq(node)) items.push(items[place] ?? created);
      else node.add(document.createPair(`extra${at % 9}`, value), true);
      break;
    case 2:
      items.reverse();
      break;
    case 3:
      node.flow = !(node.flow ?? false);
      break;
    case 4:
      if (isMap(node)) node.add(document.createPair(oddKeys[at % oddKeys.length], value), true);
      else items.splice(place, 0, created);
      break;
    case 5:
      if (isScalar(created)) created.type = scalarStyles[at % scalarStyles.length] ?? 'PLAIN';
      if (key !== undefined) node.set(isScalar(key) ? key.value : key, created);
      break;
    case 6:
      created.comment = ' odd # comment';
      created.commentBefore = ' before\n\n again';
      if (key !== undefined) node.set(isScalar(key) ? key.value : key, created);
      break;
    default:
      node.comment = ' a comment';
      node.anchor = `a${at % 3}`;
  }
}

const scalarStyles = ['BLOCK_FOLDED', 'BLOCK_LITERAL', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'] as const;

const oddKeys = [
  'key',
  'name',
  'type',
  'config',
  '<<',
  '',
  '$var',
  '$ref',
  '$concat',
  '__proto__',
  'constructor',
  'a b',
  '1',
  'null',
  '# x',
  'é: 𝒳',
  'nodes',
  'inputSchema',
  'links',
  'toString',
];

function oddValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      9007199254740993n,
      '',
      ' ',
      '\n',
      'a\n\nb\n',
      ' x\n y\n\n',
      '\u2028é😀\u0000',
    ),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc
      .constantFrom(
        '$var',
        '$concat',
        '$tpl',
        '$case',
        '$map',
        '$iterate',
        '$jsonata',
        '$eval',
        '$lookup',
        '$plain',
        '$formula',
        '$dataSchemaRef',
        '$nothing',
      )
      .chain((name) =>
        fc.anything({ maxDepth: 2, withBigInt: false }).map((argument) => ({ [name]: plain(argument) })),
      ),
    fc.jsonValue({ maxDepth: 4 }),
    fc.integer({ min: 1, max: 400 }).map((depth) => nested(depth)),
    fc.constantFrom<unknown>(
      { $ref: '#/$defs/x' },
      { type: 'object', properties: { a: { $ref: '#' } } },
      { type: ['x'], pattern: '(' },
      { key: { key: {} } },
      [[[]]],
      { implementationType: 'mapping' },
    ),
  );
}

function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as unknown);
}

function nested(depth: number): unknown {
  let value: unknown = { $var: 'x' };
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { config: value };
  return value;
}

function style(): fc.Arbitrary<Style> {
  return fc.record({
    indent: fc.integer({ min: 1, max: 5 }),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
    flowCollectionPadding: fc.boolean(),
    collectionStyle: fc.constantFrom('any', 'any', 'any', 'flow', 'block'),
    defaultStringType: fc.constantFrom('PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'BLOCK_FOLDED', 'BLOCK_LITERAL'),
  });
}

function oddText(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '# a comment',
    '    # far right',
    '',
    '\n\n',
    '  ',
    '\t',
    '- ',
    '? x',
    ': ',
    '&a ',
    '*a',
    '|+',
    '>-',
    '|2',
    '---',
    '...',
    '%YAML 1.2',
    '"',
    "'",
    '{',
    ']',
    '!tag',
    '\u0085',
    '\uFEFF',
    'name: x',
    '  key: y',
    '<<: *a',
  );
}

/** Inserts a line, or a text into a line, or takes a line out, or moves one. */
function edit(text: string, { at, how, text: odd }: Edit): string {
  const lines = text.split('\n');
  const place = at % lines.length;
  const line = lines[place] ?? '';
  switch (how % 6) {
    case 0:
    case 1:
      lines.splice(place, 0, (how % 2 === 0 ? '' : (/^ */.exec(line)?.[0] ?? '')) + odd);
      break;
    case 2:
      lines.splice(place, 1);
      break;
    case 3:
      lines[place] = line.replace(/(:|-)(?= |$)/, `$1 ${odd}`);
      break;
    case 4:
      lines[place] = `${line} ${odd}`;
      break;
    default:
      lines.splice((at >> 3) % lines.length, 0, ...lines.splice(place, 1));
  }
  return lines.join('\n');
}
