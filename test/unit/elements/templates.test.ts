import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/core/json.js';
import { functionTypes, kinds } from '../../../src/elements/index.js';
import { misfits } from './fit.js';

const templates = path.resolve(import.meta.dirname, '../../../templates/new');

it('every kind has a template', () => {
  expect(readdirSync(templates).sort()).toEqual(kinds.map(({ name }) => name).sort());
});

it.each(kinds)('the template of $name is a valid element', (kind) => {
  const files = readdirSync(path.join(templates, kind.name), { recursive: true, encoding: 'utf8' });
  const read = (name: string): unknown => {
    const text = readFileSync(path.join(templates, kind.name, name), 'utf8');
    return parse(text.replaceAll('{{key}}', 'my-element').replaceAll('{{name}}', 'My element'));
  };
  const value = read('spec.yaml') as JsonObject;
  expect(misfits(kind, value)).toEqual([]);
  expect(kind.check?.(value) ?? []).toEqual([]);

  const places = kind.places(value).flatMap((place) => (place.holds === 'function' ? [place.file] : []));
  const endings = functionTypes.flatMap((type) => type.files);
  for (const file of files.filter((name) => name !== 'spec.yaml' && /\.\w+$/.test(name))) {
    const ending = endings.find((candidate) => file.endsWith(candidate)) ?? '';
    expect(places).toContain(file.slice(0, -ending.length));
    expect(read(file)).toBeTypeOf('object');
  }
});
