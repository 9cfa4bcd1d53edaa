import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/core/json.js';
import { configSchema } from '../../../src/project/config-schema.js';
import { withDefaults } from '../../../src/project/config.js';
import { repository } from '../../support/cli.js';

const text = readFileSync(path.join(repository, 'membrane.yaml.example'), 'utf8');

it('membrane.yaml.example says the defaults', () => {
  expect(withDefaults(parse(text) as JsonObject, '/projects/crm')).toEqual(withDefaults({}, '/projects/crm'));
});

it('membrane.yaml.example names every key', () => {
  const keys = [...text.matchAll(/^[-# ]*([A-Za-z]+):/gm)].map(([, key]) => key);
  expect(keysOf(configSchema).filter((key) => !keys.includes(key))).toEqual([]);
});

/** The names that a schema declares, on every level. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
  return [
    ...Object.entries(properties ?? {}).flatMap(([key, value]) => [key, ...keysOf(value)]),
    ...keysOf(items),
  ];
}
