import { MembraneError } from '../core/error.js';
import { isObject } from '../core/json.js';
import type { CompileOptions, Schemas } from '../core/ports.js';
import type { JsonSchema, SchemaProblem, Validate } from '../core/schema.js';
import { kindValidators } from './kind-validators.js';
import { checkSchema, placeOf, ready } from './schemas-check.js';
import { defaultsOf } from './schemas-defaults.js';
import { explain } from './schemas-explain.js';
import { flatten } from './schemas-flatten.js';
import { link } from './schemas-link.js';
import type { Node } from './schemas-node.js';

/**
 * JSON Schema 2020-12 with our keywords. A schema is read while it has little to do, which costs microseconds; once
 * it has worked through much it is handed to ajv, whose code is faster but takes 40 ms to load and make. Whoever
 * says that a value misfits, the same explanation says why.
 */
export function createSchemas(): Schemas {
  const byIdentity = new WeakMap<object, Compiled[]>();
  const byContent = new Map<string, Compiled[]>();

  return {
    check: (schema, options = {}) => checkSchema(schema, options),
    compile: (schema, options = {}) => {
      const compiled = isObject(schema) ? cached(schema, options) : compile(schema, options);
      return options.defaults === true ? compiled.withDefaults : compiled.validate;
    },
    kind: (name, schema) => {
      const test = kindValidators[name];
      let node: Node | undefined;
      return (value) => {
        if (test !== undefined && passes(test, value)) return { value, problems: none };
        return { value, problems: explain((node ??= link(schema).root), value).problems };
      };
    },
  };

  function cached(schema: object & JsonSchema, options: CompileOptions): Compiled {
    const known = byIdentity.get(schema) ?? [];
    byIdentity.set(schema, known);
    const same = known.find((one) => isCurrent(one, options));
    if (same !== undefined) return same;
    const text = JSON.stringify(schema);
    const alike = byContent.get(text) ?? [];
    const compiled = alike.find((one) => isCurrent(one, options)) ?? compile(schema, options);
    remember(known, compiled);
    if (!alike.includes(compiled)) remember(alike, compiled);
    // in the order of last use, so that a long life with ever new schemas forgets the oldest
    byContent.delete(text);
    byContent.set(text, alike);
    if (byContent.size > 500) byContent.delete(byContent.keys().next().value ?? '');
    return compiled;
  }
}

interface Compiled {
  readonly validate: Validate;
  readonly withDefaults: Validate;
  /** What its references to data-schemas gave. */
  readonly keys: ReadonlyMap<string, JsonSchema | undefined>;
}

/** Whether its references would give the same again. */
function isCurrent({ keys }: Compiled, { resolve }: CompileOptions): boolean {
  for (const [key, schema] of keys) if (resolve?.(key) !== schema) return false;
  return true;
}

/** A schema may be used with other data-schemas now and then: the last few are kept. */
function remember(list: Compiled[], compiled: Compiled): void {
  if (list.push(compiled) > 4) list.shift();
}

function compile(schema: JsonSchema, { resolve }: CompileOptions): Compiled {
  const { linked, problems } = ready(schema, { resolve });
  const [problem] = problems;
  if (linked === undefined || problem !== undefined) throw unusable(problem);
  const { root, documents } = linked;
  const validate = warming(root);
  const fill = defaultsOf(root);
  const withDefaults: Validate = fill === undefined ? validate : (value) => validate(fill(value));
  return { validate, withDefaults, keys: documents.keys };
}

function unusable(problem: SchemaProblem | undefined): MembraneError {
  const what = problem === undefined ? 'it cannot be read' : `${problem.message}${placeOf(problem)}`;
  return new MembraneError('schema/invalid', `the data schema is invalid: ${what}`, { hint: problem?.help });
}

/** Visits of schemas after which the code of ajv is worth its price: some 30 ms of reading. */
const worthwhile = 500_000;

function warming(root: Node): Validate {
  let test: ((value: unknown) => boolean) | undefined;
  let steps = 0;
  return (value) => {
    if (test !== undefined && passes(test, value)) return { value, problems: none };
    const explanation = explain(root, value);
    const before = steps;
    steps += explanation.steps;
    if (before < worthwhile && steps >= worthwhile) {
      const flat = flatten(root);
      if (flat !== undefined)
        void import('./schemas-compile.js').then((ajv) => (test = ajv.compileTest(flat)));
    }
    return { value, problems: explanation.problems };
  };
}

const none: readonly SchemaProblem[] = [];

/** Generated code says yes; anything else is for the explanation, a value that is nested too deeply for it too. */
function passes(test: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return test(value);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
