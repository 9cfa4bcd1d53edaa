import { formatPath, isObject, type JsonObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { JsonSchema, SchemaProblem } from '../core/schema.js';
import { dialectOf, Documents, type Dialect } from './schemas-documents.js';
import { explain } from './schemas-explain.js';
import { link, type BrokenRef, type Linked, type LinkOptions } from './schemas-link.js';
import { knownKeywords, metaschema } from './schemas-metaschema.js';
import { regexOf, type Node } from './schemas-node.js';
import { isFormula } from './schemas-positions.js';
import { quote } from './schemas-walk.js';

/** Everything that is wrong with a schema, words that are near a keyword included. */
export function checkSchema(schema: JsonSchema, options: LinkOptions): SchemaProblem[] {
  const faults = shapeFaults(schema, options);
  if (faults.length > 0) return faults;
  const documents = new Documents(options.resolve, () => true);
  documents.add(schema, undefined, []);
  const broken = brokenRefs(documents);
  const own = options.resolve === undefined ? broken.filter(({ ref }) => ref.startsWith('#')) : broken;
  return [...misspelt(documents), ...linkFaults({ documents, broken: own })];
}

/** Unlike linking, this looks also at what nothing uses. */
function brokenRefs(documents: Documents): BrokenRef[] {
  const broken: BrokenRef[] = [];
  // grows while it is gone through: a reference may lead to another document
  for (const [schema, { part, path }] of documents.standings) {
    for (const keyword of ['$ref', '$dynamicRef']) {
      const ref = schema[keyword];
      if (typeof ref !== 'string' || documents.find(ref, part) !== undefined) continue;
      broken.push({ ref, path: path && [...path, keyword] });
    }
  }
  return broken;
}

/** A schema ready for use, or what keeps it from that. */
export function ready(
  schema: JsonSchema,
  options: LinkOptions,
): { linked?: Linked; problems: SchemaProblem[] } {
  const faults = shapeFaults(schema, options);
  if (faults.length > 0) return { problems: faults };
  const linked = link(schema, options);
  const inOthers = [...linked.documents.keys].flatMap(([key, other]) =>
    other === undefined
      ? []
      : shapeFaults(other, options).map((fault) => ({
          ...fault,
          message: `in ${quote(key)}: ${fault.message}`,
        })),
  );
  return { linked, problems: [...inOthers, ...linkFaults(linked)] };
}

const rootNodes = new Map<Dialect, Node>();

/** What the schema of schemas says. */
function shapeFaults(schema: JsonSchema, { resolve }: LinkOptions): SchemaProblem[] {
  const dialect = dialectOf(schema);
  const named = isObject(schema) ? schema['$schema'] : undefined;
  if (typeof named === 'string' && dialect === undefined && resolve?.(named) === undefined) {
    return [
      invalid(['$schema'], `${quote(named)} is no draft of JSON Schema that is known here`, {
        help: 'leave it out for 2020-12, or give "http://json-schema.org/draft-07/schema#"',
      }),
    ];
  }
  const meta = dialect ?? '2020-12';
  let root = rootNodes.get(meta);
  if (root === undefined) rootNodes.set(meta, (root = link(metaschema(meta)).root));
  const { problems } = explain(root, schema, { root: 'the schema', skip: isFormula });
  return problems.map((problem) => ({ ...problem, code: 'schema/invalid', ...listItems(problem, schema) }));
}

/** Lists of `items` are what older drafts had, so that the way out is worth telling. */
function listItems({ path }: SchemaProblem, schema: JsonSchema): { help?: string } {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    schema,
  );
  if (path.at(-1) !== 'items' || !Array.isArray(value)) return {};
  return { help: 'a list of schemas is called "prefixItems" since draft 2020-12' };
}

function misspelt(documents: Documents): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  for (const [schema, { path }] of documents.standings) {
    if (path === undefined) continue;
    for (const keyword of Object.keys(schema)) {
      if (known.has(keyword)) continue;
      const help = didYouMean(keyword, knownKeywords);
      if (help === undefined) continue;
      problems.push(
        invalid([...path, keyword], `unknown keyword ${quote(keyword)}`, { help, target: 'key' }),
      );
    }
  }
  return problems;
}

const known: ReadonlySet<string> = new Set(knownKeywords);

function linkFaults({ documents, broken }: Pick<Linked, 'documents' | 'broken'>): SchemaProblem[] {
  const refs = broken.map(({ ref, path }) => {
    const sort = ref.startsWith('#') ? 'nothing stands at' : 'no data schema';
    const keys = ref.startsWith('#') ? definitions(documents).map((name) => `#/$defs/${name}`) : [];
    const help = didYouMean(ref, keys);
    const elsewhere = path === undefined ? ', which a schema it refers to needs' : '';
    const message = `${sort} ${quote(ref)}${elsewhere}`;
    return invalid(path ?? [], message, help === undefined ? {} : { help });
  });
  const clashes = documents.clashes.map(({ path, id }) =>
    invalid([...path, '$id'], `another schema has the "$id" ${quote(id)} too`),
  );
  return [...refs, ...clashes, ...patternFaults(documents)];
}

function definitions(documents: Documents): string[] {
  const [first] = documents.standings.keys();
  return isObject(first?.['$defs']) ? Object.keys(first['$defs']) : [];
}

function patternFaults(documents: Documents): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  for (const [schema, { path = [] }] of documents.standings) {
    for (const [at, pattern, target] of patternsOf(schema)) {
      try {
        regexOf(pattern);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const why = error.message.replace(/^Invalid regular expression: .*: /, '').toLowerCase();
        problems.push(
          invalid([...path, ...at], `${quote(pattern)} is no regular expression: ${why}`, { target }),
        );
      }
    }
  }
  return problems;
}

function patternsOf({
  pattern,
  patternProperties: named,
}: JsonObject): [JsonPath, string, 'key' | 'value'][] {
  const found: [JsonPath, string, 'key' | 'value'][] = [];
  if (typeof pattern === 'string') found.push([['pattern'], pattern, 'value']);
  if (!isObject(named) || isFormula(named)) return found;
  for (const key of Object.keys(named)) found.push([['patternProperties', key], key, 'key']);
  return found;
}

function invalid(
  path: JsonPath,
  message: string,
  details: { help?: string; target?: 'key' | 'value' } = {},
): SchemaProblem {
  return { path, target: 'value', code: 'schema/invalid', message, ...details };
}

/** Where in the schema a problem stands, for a sentence without a source frame. */
export function placeOf({ path }: SchemaProblem): string {
  return path.length === 0 ? '' : ` at ${formatPath(path)}`;
}
