import { compileFormula, type Compiled } from '../formulas/compile.js';
import type { FormulaEnv, FormulaPorts } from '../core/formula-env.js';
import type { Span } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import { valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { Prepared } from '../core/kind.js';
import type { JsonSchema } from '../core/schema.js';
import { formulaEnv } from './formula-ports.js';

/** Evaluates places of one element. `becomes`: the schema of what the value is for. */
export type Evaluate = (
  at: JsonPath,
  variables: Readonly<Record<string, unknown>>,
  becomes?: JsonSchema,
) => Promise<unknown>;

/** How values are evaluated: where they were written, for errors, and what their formulas can ask. */
export interface Evaluation {
  readonly locate: (path: JsonPath) => Span;
  /** How deep formulas may be nested. */
  readonly depth: number;
  /** Asked for when something is evaluated. Absent: formulas can ask nothing. */
  readonly ports?: (() => FormulaPorts) | undefined;
}

/** Compiled places by the value they belong to: an element that runs a thousand times is compiled once. */
const compiled = new WeakMap<JsonObject, Map<string, Compiled>>();

/** How to evaluate the places of `value`. Errors of formulas point into the YAML that made them. */
export function evaluator(value: JsonObject, { locate, depth, ports }: Evaluation): Evaluate {
  let places = compiled.get(value);
  if (places === undefined) {
    places = new Map();
    compiled.set(value, places);
  }
  const known = places;
  return async (at, variables, becomes) => {
    const name = at.join('\n');
    try {
      let place = known.get(name);
      if (place === undefined) {
        place = compileFormula(valueAt(value, at), { depth });
        known.set(name, place);
      }
      // What asks nothing need not know whom to ask.
      return await place.evaluate(variables, place.async ? envOf(ports, becomes) : undefined);
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      const inside = error.data?.['path'];
      throw error.at(locate([...at, ...(Array.isArray(inside) ? (inside as JsonPath) : [])]));
    }
  };
}

/** Compiled values that were made of several places, by identity. */
const prepared = new WeakMap<object, Compiled>();

/** Makes a value ready to be evaluated many times; at once where its formulas allow, for lists of many records. */
export function prepareValue(
  value: unknown,
  { locate, depth, ports }: Evaluation,
  becomes?: JsonSchema,
): Prepared {
  const located = (error: unknown): unknown => {
    if (!(error instanceof MembraneError)) return error;
    const inside = error.data?.['path'];
    return error.at(locate(Array.isArray(inside) ? (inside as JsonPath) : []));
  };
  let compiledValue = typeof value === 'object' && value !== null ? prepared.get(value) : undefined;
  if (compiledValue === undefined) {
    try {
      compiledValue = compileFormula(value, { depth });
    } catch (error) {
      throw located(error);
    }
    if (typeof value === 'object' && value !== null) prepared.set(value, compiledValue);
  }
  const { async, evaluate } = compiledValue;
  if (async) {
    const env = envOf(ports, becomes);
    return async (variables) => {
      try {
        return await evaluate(variables, env);
      } catch (error) {
        throw located(error);
      }
    };
  }
  return (variables) => {
    try {
      return evaluate(variables);
    } catch (error) {
      throw located(error);
    }
  };
}

function envOf(ports: Evaluation['ports'], becomes: JsonSchema | undefined): FormulaEnv | undefined {
  return ports === undefined ? undefined : formulaEnv(ports(), becomes);
}
