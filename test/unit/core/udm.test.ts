import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/json.js';
import { udmKeys, udmModels, udmSchema } from '../../../src/core/udm.js';
import { repository } from '../../support/cli.js';

const published = path.join(repository, '../shared/udm.json');

describe('universal data models', () => {
  it('are known by key', () => {
    expect(udmKeys().length).toBe(43);
    expect(udmKeys()).toEqual([...udmKeys()].sort());
    expect(udmSchema('deal-stages')).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', readOnly: true },
        name: { type: 'string' },
        state: { type: 'string', enum: ['open', 'won', 'lost'] },
      },
    });
    expect(udmSchema('no-such')).toBeUndefined();
    expect(udmSchema('constructor')).toBeUndefined();
  });

  it('refer to each other by keys that exist', () => {
    const references = new Set<string>();
    JSON.stringify([...udmModels().values()], (key, value: unknown) => {
      if (key === 'referenceUdm') references.add(value as string);
      return value;
    });
    expect([...references].filter((key) => udmSchema(key) === undefined)).toEqual([]);
  });

  it.skipIf(!existsSync(published))('are those that were published, without their slips', () => {
    // keys of models are written with hyphens everywhere but in two references
    const text = readFileSync(published, 'utf8').replace(/"job(Candidates|Applications)"/g, (key) =>
      key.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`),
    );
    const { models } = JSON.parse(text) as { models: JsonObject };
    expect(Object.fromEntries(udmModels())).toEqual(repaired(models));
  });
});

/** `readonly` for `readOnly`, a value where a schema belongs, properties of a list for those of its items. */
function repaired(value: Json): Json {
  if (Array.isArray(value)) return value.map(repaired);
  if (typeof value !== 'object' || value === null) return value;
  const { readonly, ...rest } = value;
  const { properties, ...list } = rest;
  if (list['type'] === 'array' && properties !== undefined)
    return { ...list, items: repaired({ type: 'object', properties }) };
  const entries = Object.entries(rest).map(([key, inner]) =>
    key === 'status' && inner === 'active' ? [key, { type: 'string' }] : [key, repaired(inner)],
  );
  return {
    ...Object.fromEntries(entries),
    ...(readonly === undefined ? {} : { readOnly: readonly }),
  } as Json;
}
