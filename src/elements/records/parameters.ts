import { MembraneError } from '../../core/error.js';
import { formatPath, isObject } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';
import { didYouMean } from '../../core/nearest.js';
import type { JsonSchema } from '../../core/schema.js';
import { resolveSchema } from '../../formulas/dynamic-schema.js';
import type { RecordsContext } from './context.js';

export type Parameters = Readonly<Record<string, unknown>>;

/**
 * Throws `input/invalid` for a name that none of `elements`, a collection and those that it shares functions with,
 * takes; a schema may leave room for others.
 */
export function requireKnownParameters(elements: readonly OtherElement[], given: Parameters): void {
  const declared: string[] = [];
  for (const { value } of elements) {
    const schema = value['parametersSchema'];
    // a collection that declares none may use some all the same
    if (schema === undefined && JSON.stringify(value).includes('parameters')) return;
    if (schema === undefined) continue;
    if (!isObject(schema) || !isObject(schema['properties'])) return;
    if (open.some((name) => schema[name] !== undefined && schema[name] !== false)) return;
    declared.push(...Object.keys(schema['properties']));
  }
  const unknown = Object.keys(given).find((name) => !declared.includes(name));
  if (unknown === undefined) return;
  const known = declared.length === 0 ? 'it takes none' : `it takes ${declared.slice(0, 8).join(', ')}`;
  throw new MembraneError(
    'input/invalid',
    `the data collection "${elements[0]?.key ?? ''}" has no parameter "${unknown}"`,
    { hint: didYouMean(unknown, declared) ?? known, class: 'bad_request' },
  );
}

/** Keywords by which a schema may allow properties that it does not name. */
const open = ['additionalProperties', 'patternProperties', 'allOf', 'anyOf', 'oneOf', '$ref'];

/** The parameters of a collection with their defaults. Rejects with `input/invalid` where they do not fit. */
export async function checkedParameters(
  ctx: RecordsContext,
  { key, value }: OtherElement,
  given: Parameters,
): Promise<Parameters> {
  const schema = value['parametersSchema'] as JsonSchema | undefined;
  if (schema === undefined) return given;
  const checked = ctx.validator(await resolveSchema(schema, given))(given);
  const [first] = checked.problems;
  if (first === undefined) return isObject(checked.value) ? checked.value : given;
  const problems = checked.problems.map(({ path, message }) => ({ path: formatPath(path), message }));
  throw new MembraneError(
    'input/invalid',
    `the parameters of the data collection "${key}" do not fit: ${problems.map(({ message }) => message).join('; ')}`,
    {
      hint: first.help ?? `see what it takes: membrane data describe ${key}`,
      class: 'bad_request',
      data: { problems },
    },
  );
}
