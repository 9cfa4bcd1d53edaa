import { resolveSchema } from '../formulas/dynamic-schema.js';
import type { Code } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import { formatPath } from '../core/json.js';
import type { JsonSchema, SchemaProblem } from '../core/schema.js';
import type { Engine } from './engine.js';

/** A value checked against a data schema, with defaults filled in. */
export async function checkAgainst(
  engine: Engine,
  schema: JsonSchema,
  value: unknown,
): Promise<{ value: unknown; problems: readonly SchemaProblem[] }> {
  const fixed = (await resolveSchema(schema, value)) as JsonSchema;
  const validate = engine.ports.schemas.compile(fixed, {
    defaults: true,
    resolve: (key) => engine.project.resolve('data-schema', key)?.value['schema'] as JsonSchema | undefined,
  });
  return validate(value);
}

/** The value with defaults; rejects with `code` and every problem where it does not fit. */
export async function requireFit(
  engine: Engine,
  schema: JsonSchema,
  value: unknown,
  what: { code: Code; name: string; hint: string },
): Promise<unknown> {
  const checked = await checkAgainst(engine, schema, value);
  if (checked.problems.length === 0) return checked.value;
  const problems = checked.problems.map(({ path, message, help }) => ({
    path: formatPath(path),
    message: path.length > 1 ? `${message} (at ${formatPath(path)})` : message,
    ...(help === undefined ? {} : { help }),
  }));
  const sentences = problems.map((problem) => problem.message).join('; ');
  const help = checked.problems.find((problem) => problem.help !== undefined)?.help;
  throw new MembraneError(what.code, `${what.name} does not fit its schema: ${sentences}`, {
    hint: help ?? what.hint,
    class: 'bad_request',
    data: { problems },
  });
}
