import { diagnostic } from '../../core/diagnostic.js';
import { MembraneError } from '../../core/error.js';
import type { DataSchemaRequest, FormulaPorts } from '../../core/formula-env.js';
import { isObject, same, type JsonObject } from '../../core/json.js';
import type { OtherElement, PortContext } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import type { JsonSchema } from '../../core/schema.js';
import { clientRequest } from '../config/request.js';

/** How long a schema that the user's app gave is used before it is asked for again, in milliseconds. */
const freshMs = 5 * 60_000;

/** The schemas of data-schemas: as they are written, or as the user's app gives them for the tenant. */
export function formulaPorts(ctx: PortContext): FormulaPorts {
  const asked = new Map<string, Promise<JsonSchema>>();
  return {
    async dataSchema({ type, key, refresh }: DataSchemaRequest) {
      if (type !== 'internal-data-schema') return undefined;
      const element = findSchema(ctx, key);
      if (element.value['request'] === undefined) return written(element);
      const known = asked.get(key);
      if (known !== undefined) return known;
      const schema = schemaOfTenant(ctx, element, refresh === true);
      asked.set(key, schema);
      return schema;
    },
  };
}

function findSchema({ others }: PortContext, key: string): OtherElement {
  const element = others.find('data-schema', key);
  if (element === undefined) {
    throw new MembraneError('element/not-found', `no data schema "${key}"`, {
      hint: didYouMean(key, others.keys('data-schema')) ?? `make it: membrane new data-schema ${key}`,
      class: 'configuration',
    });
  }
  if (!element.off) return element;
  throw new MembraneError('element/off', `the data schema "${key}" is deactivated`, {
    hint: 'remove "isDeactivated: true" from its file',
    span: element.locate(['isDeactivated'], 'key'),
  });
}

function written(element: OtherElement): JsonSchema {
  const schema = element.value['schema'];
  if (isSchema(schema)) return schema;
  throw new MembraneError('schema/invalid', `the data schema "${element.key}" has no "schema"`, {
    hint: 'write the schema, or the "request" to your app that gives it',
    span: element.locate([]),
  });
}

/** What is remembered is used while it is fresh, and also later where the user's app does not answer. */
async function schemaOfTenant(
  ctx: PortContext,
  element: OtherElement,
  refresh: boolean,
): Promise<JsonSchema> {
  const request = element.value['request'] as JsonObject;
  const remembered = await ctx.memory.recall(element.key);
  const usable = remembered !== undefined && same(remembered.value['request'], request);
  const schema = usable ? (remembered.value['schema'] as JsonSchema) : undefined;
  if (!refresh && usable && schema !== undefined && ctx.now() - remembered.time < freshMs) return schema;
  try {
    const given = await askYourApp(ctx, element);
    await ctx.memory.remember(element.key, { request, schema: given });
    return given;
  } catch (error) {
    if (!(error instanceof MembraneError) || remembered === undefined || schema === undefined) throw error;
    ctx.warn(outdated(element, error, new Date(remembered.time)));
    return schema;
  }
}

async function askYourApp({ yourApp, variables }: PortContext, element: OtherElement): Promise<JsonSchema> {
  try {
    const given = await element.evaluate(['request'], variables);
    const request = isObject(given) ? given : {};
    const { at: _, ...send } = clientRequest(request, request['uri'] ?? request['path'] ?? '');
    const { data } = await yourApp.send({ ...send, reads: true });
    const schema = isObject(data) && isObject(data['schema']) ? data['schema'] : data;
    if (isSchema(schema)) return schema;
  } catch (error) {
    throw error instanceof MembraneError ? error.at(element.locate(['request'], 'key')) : error;
  }
  throw new MembraneError('schema/invalid', `your app gives no schema for the data schema "${element.key}"`, {
    hint: 'it answers with a JSON Schema: {"type": "object", "properties": {…}}',
    span: element.locate(['request'], 'key'),
    class: 'configuration',
  });
}

function outdated(element: OtherElement, error: MembraneError, since: Date) {
  const message = `the data schema "${element.key}" cannot be asked for, and is used as it was at ${since.toISOString()}: ${error.message}`;
  return diagnostic('schema/outdated', message, element.locate(['request'], 'key'), {
    help: `when your app answers again: membrane data-schema show ${element.key} --refresh`,
    ref: `data-schema/${element.key}`,
  });
}

function isSchema(value: unknown): value is JsonSchema {
  return isObject(value) || typeof value === 'boolean';
}
