import { formatPath, isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { OpenApiDocument } from './openapi-document.js';
import type { Spot } from './openapi-references.js';
import type { Uses } from './openapi-schema.js';

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie';

/** A parameter of an operation, beside its body. */
export interface Parameter {
  readonly name: string;
  readonly place: ParameterPlace;
  readonly required: boolean;
  readonly schema: JsonSchema;
  /** What its value is, where it says so. */
  readonly sort: 'list' | 'object' | 'value';
  /** How it is written: `form` with `explode`, `deepObject`, … */
  readonly style: string;
  readonly explode: boolean;
  /** It is JSON in a text. */
  readonly isJson: boolean;
  readonly spot: Spot;
}

const places = ['path', 'query', 'header', 'cookie'] as const;
/** Headers that a document cannot ask for: the client knows what it sends. */
const ownHeaders = new Set(['accept', 'content-type', 'authorization']);
const formats: Readonly<Record<string, string>> = {
  csv: 'form',
  ssv: 'spaceDelimited',
  pipes: 'pipeDelimited',
  tsv: 'tabDelimited',
  multi: 'form',
};

/**
 * The parameters of an operation, those of its path included; the bodies of OpenAPI 2.0 are none here. What stands in
 * the path without being declared, as happens, is a parameter, too.
 */
export function parametersOf(
  document: OpenApiDocument,
  { operation, item, path }: { readonly operation: Spot; readonly item: Spot; readonly path: string },
  uses: Uses,
): Parameter[] {
  const { references } = document;
  const found = new Map<string, Parameter>();
  for (const list of [references.at(item, 'parameters'), references.at(operation, 'parameters')]) {
    for (const { spot } of references.children(list)) {
      const parameter = parameterAt(document, references.follow(spot), uses);
      if (parameter !== undefined) found.set(`${parameter.place} ${parameter.name}`, parameter);
    }
  }
  for (const [, name = ''] of path.matchAll(/\{([^{}]+)\}/g)) {
    if (!found.has(`path ${name}`)) found.set(`path ${name}`, undeclared(name, item));
  }
  return [...found.values()].sort((a, b) => places.indexOf(a.place) - places.indexOf(b.place));
}

function undeclared(name: string, spot: Spot): Parameter {
  const schema = { type: 'string' };
  const writing = { style: 'simple', explode: false, isJson: false } as const;
  return { name, place: 'path', required: true, schema, sort: 'value', ...writing, spot };
}

function parameterAt(document: OpenApiDocument, spot: Spot, uses: Uses): Parameter | undefined {
  const { value } = spot;
  if (!isObject(value)) return undefined;
  const { name, in: given, required, description } = value;
  const place = places.find((one) => one === given);
  if (typeof name !== 'string' || name === '' || place === undefined) return undefined;
  if (place === 'header' && ownHeaders.has(name.toLowerCase())) return undefined;
  const content = document.references.children(document.references.at(spot, 'content'))[0];
  const schema = schemaSpot(document, spot, content?.spot);
  const converted = document.schemas.inline(schema, uses);
  return {
    name,
    place,
    required: place === 'path' || required === true,
    schema: described(converted, description),
    sort: sortOf(document, schema),
    ...writingOf(document, value, place),
    isJson: content !== undefined && /\bjson\b/i.test(content.key),
    spot,
  };
}

/** In OpenAPI 2.0 a parameter is its own schema. */
function schemaSpot({ references, version }: OpenApiDocument, spot: Spot, content: Spot | undefined): Spot {
  if (version === '2.0') {
    const { required: _, description: __, in: ___, name: ____, ...schema } = spot.value as JsonObject;
    return { ...spot, value: schema };
  }
  const holder = content === undefined ? spot : references.follow(content);
  const value = isObject(holder.value) ? holder.value['schema'] : undefined;
  return { value, file: holder.file, path: [...holder.path, 'schema'] };
}

function writingOf(
  { version }: OpenApiDocument,
  value: Readonly<Record<string, unknown>>,
  place: ParameterPlace,
): Pick<Parameter, 'style' | 'explode'> {
  const simple = place === 'path' || place === 'header';
  if (version === '2.0') {
    const format = typeof value['collectionFormat'] === 'string' ? value['collectionFormat'] : 'csv';
    const style = simple && format === 'csv' ? 'simple' : (formats[format] ?? format);
    return { style, explode: format === 'multi' };
  }
  const style = typeof value['style'] === 'string' ? value['style'] : simple ? 'simple' : 'form';
  const explode = typeof value['explode'] === 'boolean' ? value['explode'] : style === 'form';
  return { style, explode };
}

function sortOf({ references }: OpenApiDocument, schema: Spot): Parameter['sort'] {
  const { value } = references.follow(schema);
  const type = isObject(value) ? value['type'] : undefined;
  const types = Array.isArray(type) ? type.filter((one) => one !== 'null') : [type];
  if (types.length === 1 && types[0] === 'array') return 'list';
  if (types.length === 1 && types[0] === 'object') return 'object';
  return isObject(value) && type === undefined && isObject(value['properties']) ? 'object' : 'value';
}

function described(schema: JsonSchema, description: unknown): JsonSchema {
  if (typeof description !== 'string' || description.trim() === '' || typeof schema === 'boolean')
    return schema;
  const assumed = /(?:^| )(Default: .*\.)$/.exec(String(schema['description'] ?? ''))?.[1];
  const text = description.trim();
  return { ...schema, description: assumed === undefined ? text : `${text} ${assumed}` };
}

/** How the value of a parameter is put into a request. */
export type Written =
  /** Under its name, or another one. */
  | { readonly as: 'entry'; readonly name: string; readonly value: Json }
  /** Its properties are parameters. */
  | { readonly as: 'entries'; readonly value: Json }
  | { readonly as: 'unsupported'; readonly why: string };

const delimiters: Readonly<Record<string, string>> = {
  form: ',',
  simple: ',',
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
};

/** The formula that writes a parameter from the property of the input that holds it. */
export function writeParameter(parameter: Parameter, property: string): Written {
  const { name, style, explode, sort, place } = parameter;
  const locator = `$.input.${formatPath([property])}`;
  const value: Json = { $var: locator };
  if (parameter.isJson) {
    const path = `input.${quoted(property)}`;
    return { as: 'entry', name, value: { $jsonata: `$exists(${path}) ? $string(${path}) : undefined` } };
  }
  if (place === 'cookie') return { as: 'unsupported', why: 'is sent in a cookie, which is not supported' };
  if (style === 'matrix' || style === 'label')
    return { as: 'unsupported', why: `has the style "${style}", which is not supported` };
  if (sort === 'list') {
    if (style === 'deepObject') return { as: 'entry', name: `${name}[]`, value };
    const delimiter = delimiters[style];
    const isJoined = place === 'path' || (place === 'query' && !explode);
    if (!isJoined || delimiter === undefined) return { as: 'entry', name, value };
    return { as: 'entry', name, value: { $concat: { values: value, delimiter } } };
  }
  if (sort === 'object' && style !== 'deepObject') {
    if (place === 'query' && explode) return { as: 'entries', value };
    return { as: 'unsupported', why: `is an object with the style "${style}", which is not supported` };
  }
  return { as: 'entry', name, value };
}

/** A name in a JSONata expression. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '')}\``;
}
