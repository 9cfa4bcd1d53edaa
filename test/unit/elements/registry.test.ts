import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isServerField } from '../../../src/core/export-fields.js';
import { isObject } from '../../../src/core/json.js';
import { authTypes, functionTypes, kinds } from '../../../src/elements/index.js';
import { actionTypes } from '../../../src/elements/action/types/index.js';
import { nodeTypes } from '../../../src/elements/flow/nodes/index.js';
import { misfits } from './fit.js';

it('has every kind, with its folders', () => {
  expect(
    kinds.map(({ name, folder, owner, aliases }) => [owner ?? '', name, folder, ...(aliases ?? [])]),
  ).toEqual([
    ['', 'connector', 'connectors'],
    ['', 'integration', 'integrations'],
    ['', 'action', 'actions'],
    ['', 'flow', 'flows'],
    ['', 'external-event', 'external-events', 'external-event-types', 'externalEvents', 'externalEventTypes'],
    ['', 'data-source', 'data-sources', 'dataSources'],
    ['', 'field-mapping', 'field-mappings', 'fieldMappings'],
    ['', 'data-link-table', 'data-link-tables', 'dataLinkTables'],
    ['', 'internal-event', 'internal-events', 'app-event-types', 'internalEvents', 'appEventTypes'],
    ['', 'data-schema', 'data-schemas', 'app-data-schemas', 'dataSchemas', 'appDataSchemas'],
    ['connector', 'data-collection', 'data'],
    ['connector', 'operation', 'operations'],
    ['connector', 'event', 'events'],
    ['connector', 'global-webhook', 'global-webhooks', 'globalWebhooks'],
    ['', 'scenario', 'scenarios'],
  ]);
});

it('lists types by name, each once', () => {
  for (const types of [actionTypes, nodeTypes, authTypes, functionTypes]) {
    const names = types.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  }
});

describe.each(kinds)('$name', (kind) => {
  it.each(kind.examples)('fits its own example: $title', ({ yaml }) => {
    expect(misfits(kind, parse(yaml))).toEqual([]);
  });

  it('says what each of its fields is', () => {
    expect(undescribed(kind.schema, [])).toEqual([]);
  });

  it('has no field that would be taken for one of a server', () => {
    const fields = Object.keys((kind.schema as { properties: object }).properties);
    const taken = (name: string) =>
      isServerField(name, kind.name) || kind.serverFields?.includes(name) === true;
    expect(fields.filter(taken)).toEqual([]);
  });

  it('reports a field that it does not have', () => {
    const example: unknown = parse(kind.examples[0]?.yaml ?? '');
    const problem = ' must NOT have additional properties {"additionalProperty":"colour"}';
    expect(misfits(kind, { ...(example as object), colour: 'red' })).toEqual([problem]);
  });
});

/** Paths of fields without a description; the fields of `methods` point at those beside it. */
function undescribed(schema: unknown, path: readonly string[]): string[] {
  if (!isObject(schema)) return [];
  const properties = isObject(schema['properties']) && !path.includes('if') ? schema['properties'] : {};
  const own = Object.entries(properties)
    .filter(
      ([, field]) => isObject(field) && field['description'] === undefined && field['const'] === undefined,
    )
    .map(([name]) => [...path, name].join('.'));
  return [
    ...own,
    ...Object.entries(schema).flatMap(([keyword, part]) =>
      keyword === 'if' ? [] : undescribed(part, [...path, keyword]),
    ),
    ...(Array.isArray(schema['allOf'])
      ? schema['allOf'].flatMap((part) => undescribed(part, [...path, 'allOf']))
      : []),
  ];
}
