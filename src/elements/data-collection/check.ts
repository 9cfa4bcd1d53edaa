import { isObject, valueAt, type JsonObject } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';

const lists: readonly (readonly [string, string])[] = [
  ['list', 'filterFields'],
  ['match', 'fields'],
  ...['create', 'update'].flatMap((method) =>
    ['fields', 'excludedFields', 'requiredFields'].map((name) => [method, name] as const),
  ),
];

/** Names of fields that the schema of the collection, where it names them all, does not have. */
export function checkFieldNames(value: JsonObject): Finding[] {
  const names = fieldNames(value);
  if (names === undefined) return [];
  return lists.flatMap(([method, list]) =>
    [
      ['methods', method, list],
      [method, list],
    ].flatMap((at) => {
      const given = valueAt(value, at);
      if (!Array.isArray(given)) return [];
      return given.flatMap((field, index): Finding[] => {
        const [name = ''] = typeof field === 'string' ? field.split(/[.[]/) : [];
        if (name === '' || names.includes(name)) return [];
        const near = didYouMean(name, names);
        // a filter may be a parameter of the API that is no field
        const isFilter = list === 'filterFields';
        if (isFilter && near === undefined) return [];
        const code = isFilter || near === undefined ? 'type/undeclared-property' : 'type/unknown-field';
        const help = near ?? `the fields are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
        return [{ code, message: `"fieldsSchema" has no field "${name}"`, path: [...at, index], help }];
      });
    }),
  );
}

/** The names of all fields; undefined where there may be others. */
function fieldNames(value: JsonObject): string[] | undefined {
  if (open.some((name) => value[name] !== undefined)) return undefined;
  const schema = value['fieldsSchema'];
  if (!isObject(schema) || !isObject(schema['properties'])) return undefined;
  const closed = Object.entries(schema).every(
    ([name, part]) => plain.has(name) || (name === 'additionalProperties' && part === false),
  );
  return closed && !Object.keys(schema['properties']).some((name) => name.startsWith('$'))
    ? Object.keys(schema['properties'])
    : undefined;
}

const open = ['customFields', 'customFieldsSchema', 'extends', 'mixins'];
const plain: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'title',
  'description',
  'referenceUdm',
  'referenceRecordTitle',
]);
