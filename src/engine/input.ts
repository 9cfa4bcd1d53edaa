import { isDynamicSchema, resolveSchema } from '../formulas/dynamic-schema.js';
import type { Code } from '../core/codes.js';
import { MembraneError } from '../core/error.js';
import type { FormulaPorts } from '../core/formula-env.js';
import { formatPath } from '../core/json.js';
import type { JsonSchema, SchemaProblem } from '../core/schema.js';
import type { Engine } from './engine.js';
import { formulaEnv } from './formula-ports.js';
import { askReferred, isAskedFor, referredSchema } from './referred-schemas.js';

/** What formulas in schemas can ask, and who gives the data-schemas of the user's app. Made where it is needed. */
export type AskPorts = () => Promise<FormulaPorts>;

const nobody: AskPorts = async () => ({});

/** A value checked against a data schema, with defaults filled in. */
export async function checkAgainst(
  engine: Engine,
  schema: JsonSchema,
  value: unknown,
  ports: AskPorts = nobody,
): Promise<{ value: unknown; problems: readonly SchemaProblem[] }> {
  const fixed = isDynamicSchema(schema)
    ? await resolveSchema(schema, value, formulaEnv(await ports(), undefined))
    : schema;
  const asked = isAskedFor(engine, fixed) ? await askReferred(engine, fixed, await ports()) : undefined;
  const validate = engine.ports.schemas.compile(fixed, {
    defaults: true,
    resolve: (key) => asked?.get(key) ?? referredSchema(engine, key),
  });
  return validate(value);
}

/** The value with defaults; rejects with `code` and every problem where it does not fit. */
export async function requireFit(
  engine: Engine,
  schema: JsonSchema,
  value: unknown,
  what: { code: Code; name: string; hint: string; ports?: AskPorts },
): Promise<unknown> {
  const checked = await checkAgainst(engine, schema, value, what.ports);
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
