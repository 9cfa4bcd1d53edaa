import { isObject, type JsonObject } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import type { JsonSchema } from '../core/schema.js';
import type { ConnectOptions } from './connect.js';
import type { Engine } from './engine.js';
import { requireFit } from './input.js';
import type { Auth } from './integration.js';

/** What a user gave, with the defaults of the rest. Rejects with `input/invalid` where it does not fit. */
export async function checkedInput(engine: Engine, auth: Auth, options: ConnectOptions): Promise<JsonObject> {
  const input = options.input ?? {};
  if (auth.inputSchema === undefined) return input;
  warnOfSlips(engine, auth.inputSchema, input);
  const { integration, key, auth: way, reconnect } = options;
  const flags = [
    ...(key === undefined ? [] : [`--key ${key}`]),
    ...(way === undefined ? [] : [`--auth ${way}`]),
    ...(reconnect === true ? ['--reconnect'] : []),
  ];
  const command = ['membrane connect', integration, ...flags, '--input -'].join(' ');
  const hint = `give it on standard input: ${command} (or in a terminal, which asks)`;
  return (await requireFit(engine, auth.inputSchema, input, {
    code: 'input/invalid',
    name: 'what was given',
    hint,
  })) as JsonObject;
}

/** A field that the connector does not ask for is fine, unless it looks like one that it asks for. */
function warnOfSlips(engine: Engine, schema: JsonSchema, input: JsonObject): void {
  const properties = isObject(schema) ? schema['properties'] : undefined;
  const asked = isObject(properties) ? Object.keys(properties) : [];
  for (const name of Object.keys(input).filter((one) => !asked.includes(one))) {
    const meant = didYouMean(
      name,
      asked.filter((one) => input[one] === undefined),
    );
    if (meant === undefined) continue;
    engine.emit({ type: 'warning', message: `"${name}" is not asked for: ${meant}` });
  }
}
