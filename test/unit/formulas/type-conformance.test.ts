import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { codes } from '../../../src/core/codes.js';
import { isObject, type JsonObject } from '../../../src/core/json.js';
import { typeOf } from '../../../src/formulas/type-of.js';

interface Cases {
  readonly variables: unknown;
  readonly cases: readonly { name: string; formula: unknown; variables?: unknown; expected?: unknown }[];
}

const file = new URL('../../conformance/formulas.json', import.meta.url);
const { variables, cases } = JSON.parse(readFileSync(file, 'utf8')) as Cases;
const schemas = createSchemas();

describe('the cases of the reference implementation, with variables typed as they are', () => {
  it.each(cases)('$name', ({ formula, variables: own, expected }) => {
    const found: string[] = [];
    const type = typeOf(formula, {
      variables: inferred(own ?? variables),
      report: ({ code, message }) => {
        if (codes[code].severity === 'error') found.push(`${code}: ${message}`);
      },
    });
    expect(found).toEqual([]);
    if (expected === undefined || type === undefined) return;
    expect(schemas.compile(type)(expected).problems).toEqual([]);
  });
});

/** The type of what looks like a sample: all that is there is always there, and nothing else is known. */
function inferred(sample: unknown): JsonObject {
  if (Array.isArray(sample)) {
    return sample.length === 0
      ? { type: 'array' }
      : { type: 'array', items: { anyOf: sample.map(inferred) } };
  }
  if (isObject(sample)) {
    return {
      type: 'object',
      properties: Object.fromEntries(Object.entries(sample).map(([name, part]) => [name, inferred(part)])),
      required: Object.keys(sample),
    };
  }
  return { type: sample === null ? 'null' : typeof sample };
}
