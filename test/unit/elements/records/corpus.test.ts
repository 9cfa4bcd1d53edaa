import { readdirSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isObject } from '../../../../src/core/json.js';
import { udmSchema } from '../../../../src/core/udm.js';
import { openDataSource, type DataSource } from '../../../../src/elements/records/data-source.js';
import { findFieldMapping, openFieldMapping } from '../../../../src/elements/records/field-mapping.js';
import { importer } from '../../../../src/elements/records/import.js';
import { dataContext, type DataContext } from '../../../../src/engine/data-run.js';
import { openWiring } from '../../../../src/wiring.js';
import { repository } from '../../../support/cli.js';
import { testProject } from '../../../support/project.js';

const corpus = path.resolve(repository, '../shared/corpus/sync-example');
const kinds = ['users', 'files', 'emails'];

const connector = `auth:
  type: client-credentials
  makeApiClient: {type: mapping, mapping: {baseUri: 'https://example.com'}}
`;

/** The export, and for each of its integrations a connector that has every collection that it names. */
async function corpusProject(): Promise<{ root: string; integrations: string[] }> {
  const { root } = await testProject({ 'membrane.yaml': '' });
  await cp(corpus, root, { recursive: true });
  const integrations = readdirSync(path.join(corpus, 'integrations')).sort();
  for (const key of integrations) {
    const folder = path.join(root, 'connectors', key);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'spec.yaml'), connector);
  }
  return { root, integrations };
}

it(
  'maps generated records without an error and without invented keys, and back',
  { timeout: 60_000 },
  async () => {
    const { root, integrations } = await corpusProject();
    const { engine, project, close } = await openWiring({ cwd: root });
    let [mappings, pairs] = [0, 0];
    for (const integration of integrations) {
      const context = await dataContext(engine, {
        integration,
        signal: new AbortController().signal,
        warn: () => {},
      });
      for (const key of kinds) {
        if (project.find({ kind: 'field-mapping', key, integration }) === undefined) continue;
        const source = await openSource(context, key);
        const element = findFieldMapping(context.others, key);
        const mapping = openFieldMapping(element, source);
        const written = {
          import: writtenIn(element.value, 'Import'),
          export: writtenIn(element.value, 'Export'),
        };
        const plain = plainPairs(written.import, written.export);
        mappings += 1;
        pairs += plain.length;
        const imported = importer(source, { map: mapping.import });
        await fc.assert(
          fc.asyncProperty(recordArbitrary(written.import), valueArbitrary(key), async (fields, app) => {
            const { fields: made } = await imported({ id: '1', fields });
            expectKeysOf(made, written.import, fields);
            const sent = ((await mapping.export?.(app)) ?? {}) as Record<string, unknown>;
            expectKeysOf(sent, written.export, app);
            const back = (await imported({ id: '1', fields: sent })).fields;
            for (const [name] of plain) expect(back[name]).toEqual((app as Record<string, unknown>)[name]);
          }),
          { numRuns: 25 },
        );
      }
    }
    await close();
    expect({ mappings, pairs }).toEqual({ mappings: 53, pairs: expect.any(Number) });
    expect(pairs).toBeGreaterThan(100);
  },
);

/** The collections of its connectors are not published: empty ones stand for them. */
function openSource(context: DataContext, key: string): Promise<DataSource> {
  const { others } = context;
  const empty = {
    ...others,
    find: (kind: string, name: string) => {
      if (kind !== 'data-collection') return others.find(kind, name);
      const like = others.connector();
      return like === undefined ? undefined : { ...like, kind, key: name, value: {}, layers: [] };
    },
  };
  return openDataSource({ ...context, others: empty }, { collectionKey: 'any', key });
}

function writtenIn(value: Readonly<Record<string, unknown>>, direction: 'Import' | 'Export'): unknown {
  return value[`${direction.toLowerCase()}Value`] ?? value[`default${direction}Value`];
}

/** Fields of the app that an export writes to one field, and an import reads from just that one. */
function plainPairs(imported: unknown, exported: unknown): [string, string][] {
  if (!isObject(imported) || !isObject(exported)) return [];
  return Object.entries(exported).flatMap(([field, formula]): [string, string][] => {
    const name = locatorOf(formula);
    return name !== undefined && name !== '' && locatorOf(imported[name]) === field ? [[name, field]] : [];
  });
}

/** The one name that `{$var: $.name}` reads. */
function locatorOf(formula: unknown): string | undefined {
  const locator = isObject(formula) ? formula['$var'] : undefined;
  return typeof locator === 'string' && /^(\$\.)?\w+$/.test(locator)
    ? locator.replace(/^\$\./, '')
    : undefined;
}

/** Records with everything that a mapping reads, each part of it there or not; what it iterates over are lists. */
function recordArbitrary(mapping: unknown): fc.Arbitrary<Record<string, unknown>> {
  const text = JSON.stringify(mapping ?? {});
  const rootsOf = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, one = '']) => one.replace(/^\$\.?/, '').split(/[.[]/)[0] ?? '');
  const lists = new Set(rootsOf(/"(?:source":\{"\$var|locator)":"([^"]*)"/g));
  const names = [...new Set(rootsOf(/"\$var":"([^"]*)"/g))].filter((name) => name !== '' && name !== 'item');
  const inner = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  const single = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), inner);
  const fields = names.map(
    (name) => [name, lists.has(name) ? fc.array(inner, { maxLength: 2 }) : single] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

/** Values of the app in the shape of the universal data model. */
function valueArbitrary(model: string): fc.Arbitrary<Record<string, unknown>> {
  const schema = udmSchema(model);
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const of = (field: unknown): fc.Arbitrary<unknown> => {
    const type = isObject(field) ? field['type'] : undefined;
    if (type === 'number' || type === 'integer') return fc.integer();
    if (type === 'boolean') return fc.boolean();
    if (type === 'array') return fc.array(of(isObject(field) ? field['items'] : undefined), { maxLength: 2 });
    if (type === 'object') {
      const inner = isObject(field) && isObject(field['properties']) ? field['properties'] : {};
      return fc.record(Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, of(one)])));
    }
    return fc.string({ minLength: 1 });
  };
  return fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, of(field)])));
}

/** What is written out says which keys there can be; a formula as a whole gives what it reads. */
function expectKeysOf(made: unknown, written: unknown, read: unknown): void {
  if (made === undefined) return;
  const source = isObject(written) && Object.keys(written)[0]?.startsWith('$') === true ? read : written;
  const known = isObject(source) ? Object.keys(source) : [];
  expect(Object.keys(made as object).filter((name) => !known.includes(name))).toEqual([]);
}
