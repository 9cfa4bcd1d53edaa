import type { FunctionType } from '../../../src/core/function.js';
import { isObject } from '../../../src/core/json.js';
import type { Kind } from '../../../src/core/kind.js';

type Schema = Record<string, unknown>;

/** Fields that a page has shown already, with where that was. */
interface Shown {
  readonly fields: Map<unknown, string>;
  /** The type whose section is being written. */
  type?: string;
}

/** The page of docs/kinds about a kind: all of it comes from the kind itself. */
export function kindPage(kind: Kind): string {
  const schema = kind.schema as Schema;
  const shown: Shown = { fields: new Map() };
  const where =
    kind.owner === undefined ? `${kind.folder}/KEY.yaml` : `${kind.owner}s/KEY/${kind.folder}/KEY.yaml`;
  const aliases = kind.aliases?.length ? ` Also read from: ${kind.aliases.map(code).join(', ')}.` : '';
  return [
    `# ${kind.name}`,
    kind.summary,
    `One element a file: ${code(where)}, or ${code(where.replace('.yaml', '/spec.yaml'))} with files beside it.${aliases}`,
    '## Fields',
    fieldTable(schema, shown),
    ...typeSections(schema, '##', shown),
    ...nestedTypes(schema, shown),
    '## Examples',
    ...kind.examples.map(({ title, yaml }) => `${title}:\n\n\`\`\`yaml\n${yaml}\`\`\``),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The page about functions. */
export function functionsPage(types: readonly FunctionType[]): string {
  return [
    '# Functions',
    'Logic inside connectors and their parts. A function stands inline, with `type` and its content, or in a file beside `spec.yaml` that is called after it in kebab-case: `makeApiClient` of `auth` in `auth/make-api-client.map.yml`. `implementationType` says which sort of file is meant, and may be left out.',
    ...types.flatMap((type) => [
      `## ${type.name}`,
      type.summary,
      type.files.length === 0
        ? 'It has no file.'
        : `File: ${type.files.map(code).join(', ')}; its content is ${code(type.content ?? '')}.`,
      fieldTable(type.schema as Schema, { fields: new Map() }),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The list of pages. */
export function indexPage(kinds: readonly Kind[]): string {
  const rows = kinds.map(
    (kind) =>
      `| [${kind.name}](${kind.name}.md) | ${kind.owner === undefined ? '' : `of a ${kind.owner}`} | ${kind.summary} |`,
  );
  return `# Kinds of elements\n\n| kind | | what it is |\n|---|---|---|\n${rows.join('\n')}\n\n[Functions](functions.md) are the logic inside connectors and their parts.\n`;
}

function fieldTable(schema: Schema, shown: Shown): string {
  const rows = fieldRows(schema, '', shown);
  return rows.length === 0 ? 'It has no fields.' : `| field | type | |\n|---|---|---|\n${rows.join('\n')}`;
}

function fieldRows(schema: Schema, prefix: string, shown: Shown): string[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, field]) => {
    if (!isObject(field)) return [];
    const inner = plain(field);
    const must = required.includes(name) ? ' (required)' : '';
    const text = String(field['description'] ?? '').replaceAll('|', '\\|');
    const before = shown.fields.get(inner['properties']);
    const see = before === undefined ? '' : ` Its fields are those of ${before} above.`;
    const here = `${code(prefix + name)}${shown.type === undefined ? '' : ` of ${code(shown.type)}`}`;
    if (inner['properties'] !== undefined) shown.fields.set(inner['properties'], before ?? here);
    const row = `| ${code(prefix + name)} | ${typeText(field)} | ${text}${must}${see} |`;
    return before === undefined ? [row, ...innerRows(inner, prefix + name, shown)] : [row];
  });
}

function innerRows(schema: Schema, path: string, shown: Shown): string[] {
  if (schema['$ref'] !== undefined) return fieldRows(withoutContent(schema), `${path}.`, shown);
  if (path === 'methods' || path.endsWith('.methods')) return [];
  if (isObject(schema['items'])) return fieldRows(plain(schema['items']), `${path}[].`, shown);
  if (isObject(schema['additionalProperties']))
    return fieldRows(plain(schema['additionalProperties']), `${path}.KEY.`, shown);
  return fieldRows(schema, `${path}.`, shown);
}

/** A function's own fields: how it is written is said on the page about functions. */
function withoutContent(schema: Schema): Schema {
  const {
    type: _t,
    implementationType: _i,
    mapping: _m,
    code: _c,
    parametersSchema: _p,
    ...own
  } = schema['properties'] as Schema;
  return { properties: own };
}

/** What a field may be beside a formula. */
function plain(field: Schema): Schema {
  return isObject(field['else']) && field['then'] === true ? field['else'] : field;
}

function typeText(field: Schema): string {
  const schema = plain(field);
  const formula = schema === field ? '' : ', or a formula';
  if (schema['$ref'] !== undefined) return '[function](functions.md)';
  if (schema['const'] !== undefined) return code(String(schema['const']));
  if (isObject(schema['else'])) return `${typeText(schema['else'])}${formula}`;
  if (Array.isArray(schema['enum'])) return `${enumText(schema['enum'] as string[])}${formula}`;
  const type = schema['type'];
  if (Array.isArray(type)) return type.includes('boolean') ? 'data schema' : type.join(' or ');
  return `${typeof type === 'string' ? type : 'anything'}${formula}`;
}

/** Long lists have sections of their own. */
function enumText(values: readonly string[]): string {
  return values.length > 8 ? 'one of the types below' : values.map(code).join(', ');
}

/** A section for each type that a schema tells apart. */
function typeSections(schema: Schema, level: string, shown: Shown): string[] {
  const rules = Array.isArray(schema['allOf']) ? (schema['allOf'] as Schema[]) : [];
  return rules.flatMap((rule) => {
    const name = typeOf(rule);
    if (name === undefined || !isObject(rule['then'])) return [];
    const own = rule['then'];
    shown.type = name;
    const heading = [`${level} \`type: ${name}\``, String(own['description'] ?? '')];
    return heading[1]?.startsWith('The older name') === true ? heading : [...heading, fieldTable(own, shown)];
  });
}

function typeOf(rule: Schema): string | undefined {
  const type =
    isObject(rule['if']) && isObject(rule['if']['properties']) ? rule['if']['properties']['type'] : undefined;
  return isObject(type) ? String(type['const']) : undefined;
}

/** Types of the parts of an element: nodes of flows, ways to authenticate. */
function nestedTypes(schema: Schema, shown: Shown): string[] {
  return Object.entries(isObject(schema['properties']) ? schema['properties'] : {}).flatMap(
    ([name, field]) => {
      if (!isObject(field)) return [];
      const part = isObject(field['additionalProperties']) ? field['additionalProperties'] : field;
      const path = part === field ? name : `${name}.KEY`;
      const sections = typeSections(part, '###', shown);
      return sections.length === 0 ? [] : [`## Types of \`${path}\``, ...sections];
    },
  );
}

function code(text: string): string {
  return `\`${text}\``;
}
