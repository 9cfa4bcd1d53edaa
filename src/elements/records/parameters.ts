import { MembraneError } from '../../core/error.js';
import { formatPath, isObject } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';
import type { JsonSchema } from '../../core/schema.js';
import { resolveSchema } from '../../formulas/dynamic-schema.js';
import type { RecordsContext } from './context.js';

export type Parameters = Readonly<Record<string, unknown>>;

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
