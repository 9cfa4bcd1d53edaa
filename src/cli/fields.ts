import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { JsonSchema } from '../core/schema.js';
import type { Prompts } from './prompts.js';

/**
 * Asks for the fields of a schema that are not given yet: secrets without echo, choices as lists. Who gives some
 * of them is only asked for what cannot be left out.
 */
export async function askFields(
  prompts: Prompts,
  schema: JsonSchema,
  given: JsonObject,
): Promise<JsonObject> {
  const properties = isObject(schema) ? schema['properties'] : undefined;
  if (!isObject(schema) || !isObject(properties)) return given;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const someGiven = Object.keys(given).length > 0;
  const answers: JsonObject = { ...given };
  for (const [name, field] of Object.entries(properties)) {
    const needed = required.includes(name);
    if (answers[name] !== undefined || !isObject(field) || (someGiven && !needed)) continue;
    const answer = await askField(prompts, name, field, needed);
    if (answer !== undefined) answers[name] = answer;
  }
  return answers;
}

async function askField(
  prompts: Prompts,
  name: string,
  field: JsonObject,
  required: boolean,
): Promise<Json | undefined> {
  const title = typeof field['title'] === 'string' ? field['title'] : name;
  const description = typeof field['description'] === 'string' ? ` (${field['description']})` : '';
  const question = `${title}${description}`;
  const initial = field['default'];
  if (field['isSensitive'] === true) return optional(await prompts.secret(question, { required }));
  if (Array.isArray(field['enum'])) {
    const choices = field['enum'].map((value) => ({
      value: JSON.stringify(value),
      name: typeof value === 'string' ? value : JSON.stringify(value),
    }));
    const chosen = await prompts.choose(question, choices, JSON.stringify(initial));
    return JSON.parse(chosen) as Json;
  }
  if (field['type'] === 'boolean') return prompts.confirm(question, initial === true);
  const shown = initial === undefined || initial === null ? {} : { initial: String(initial) };
  const answer = await prompts.text(question, { ...shown, required: required && initial === undefined });
  const isNumber = field['type'] === 'number' || field['type'] === 'integer';
  return isNumber && answer.trim() !== '' && !Number.isNaN(Number(answer))
    ? Number(answer)
    : optional(answer);
}

function optional(answer: string): string | undefined {
  return answer === '' ? undefined : answer;
}
