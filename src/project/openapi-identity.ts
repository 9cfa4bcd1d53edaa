import type { JsonObject } from '../core/json.js';
import type { OpenApiDocument } from './openapi-document.js';
import { locator } from './openapi-methods.js';
import { segmentsOf, type Resource } from './openapi-resources.js';
import { shapeOf, type Shape } from './openapi-shape.js';

/** How the facts of a record are called in the API. */
export interface Identity {
  /** The field that holds the id. */
  readonly id: string;
  /** What `recordFromApi` gives. */
  readonly mapping: JsonObject;
  readonly remark: string;
}

const names = [
  'name',
  'title',
  'display_name',
  'full_name',
  'label',
  'subject',
  'login',
  'username',
  'summary',
];
const uris = ['html_url', 'web_url', 'permalink', 'url', 'uri', 'link'];
const created = [
  'created_at',
  'created',
  'created_time',
  'date_created',
  'created_date',
  'created_on',
  'create_time',
];
const updated = [
  'updated_at',
  'updated',
  'updated_time',
  'modified_at',
  'last_modified',
  'date_updated',
  'updated_on',
  'update_time',
  'modified',
  'date_modified',
];
const others = ['uuid', 'guid', 'key', 'slug', 'code', 'sid', 'name'];

/** The fields of an item that are its id, its name and its times, by what they are called. */
export function guessIdentity(document: OpenApiDocument, item: Shape, resource: Resource): Identity {
  const simple = [...item.properties].filter(([, spot]) =>
    ['string', 'number', 'unknown'].includes(shapeOf(document, spot).type),
  );
  const byLetters = new Map(simple.map(([name]) => [letters(name), name]));
  const first = (wanted: readonly string[]) =>
    wanted.map((name) => byLetters.get(letters(name))).find((name) => name !== undefined);
  const known = first(idNames(resource));
  const id = known ?? 'id';
  const found: Record<string, string | undefined> = {
    id,
    name: first(names),
    uri: first(uris),
    createdTime: first(created),
    updatedTime: first(updated),
  };
  const mapping: JsonObject = {};
  for (const [fact, field] of Object.entries(found)) {
    if (field !== undefined) mapping[fact] = { $var: locatorOf(field) };
  }
  mapping['fields'] = { $var: '$' };
  const remark = known === undefined ? 'nothing looks like an id' : `"${id}" is the id`;
  return { id, mapping, remark };
}

/** `petId`, `id` for it, and what else may name one: the parameter that leads to an item says most. */
function idNames({ idParameter, path }: Resource): string[] {
  const word = letters(segmentsOf(path).at(-1) ?? '').replace(/s$/, '');
  const parameter = letters(idParameter ?? '');
  const short = parameter.startsWith(word) && parameter !== word ? parameter.slice(word.length) : undefined;
  // "issue_number" means "number", also where the path ends otherwise
  const last = /([A-Z]?[a-z]+)$/.exec(idParameter ?? '')?.[1] ?? '';
  const own = idParameter === undefined ? [] : [idParameter, ...(short === undefined ? [] : [short]), last];
  return [...own.filter((name) => name !== ''), 'id', `${word}id`, ...others];
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The record is the root of the variables. */
function locatorOf(field: string): string {
  return locator(field, []);
}
