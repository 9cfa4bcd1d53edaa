import { MembraneError } from '../core/error.js';
import type { FunctionType } from '../core/function.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { FormulaPorts } from '../core/formula-env.js';
import type { ApiClient, OtherElements } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import type { LogLine } from '../core/sandbox.js';
import type { Instead } from './client-instead.js';
import type { Engine } from './engine.js';
import { evaluator } from './evaluate.js';
import { runCode } from './javascript.js';

export interface FunctionCall {
  readonly element: ResolvedElement;
  /** Where the function stands in the element. */
  readonly at: JsonPath;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly client?: ApiClient | undefined;
  /** Elements of the same connection. */
  readonly others?: OtherElements | undefined;
  /** What formulas can ask. */
  readonly ports?: (() => FormulaPorts) | undefined;
  /** What code writes to its console. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Takes requests of code that would change something in the place of sending them. */
  readonly instead?: Instead | undefined;
  readonly signal: AbortSignal;
}

export function hasFunction(element: ResolvedElement, at: JsonPath): boolean {
  return isObject(valueAt(element.value, at));
}

/** The result of a function of an element. */
export async function callFunction(engine: Engine, call: FunctionCall): Promise<unknown> {
  const { element, at, variables, client, others, ports, onLine, beforeUnsafe, instead, signal } = call;
  const fn = valueAt(element.value, at) as JsonObject;
  const type = engine.functionTypes.find((candidate) => candidate.name === fn['type']);
  const name = at.join('.');
  if (type?.run === undefined) {
    const ofFile = engine.functionTypes.find((candidate) => candidate.name === fn['implementationType']);
    if (fn['type'] === undefined && ofFile?.content !== undefined) throw noFile(engine, call, ofFile);
    const written = typeof fn['type'] === 'string' ? `of type "${fn['type']}" ` : '';
    throw new MembraneError(
      'run/unsupported',
      `the function "${name}" ${written}cannot be run by this version`,
      {
        hint: `write it as one of ${engine.functionTypes.flatMap((one) => (one.run === undefined ? [] : [one.name])).join(', ')}`,
        span: engine.project.locate(element, at),
        class: 'configuration',
      },
    );
  }
  const connector = connectorOf(engine, element);
  const evaluate = evaluator(fn, {
    locate: (path) => engine.project.locate(element, [...at, ...path]),
    depth: engine.project.config.limits.formulaDepth,
    ports,
  });
  try {
    return await type.run(
      {
        variables,
        evaluate: (path, given) => evaluate(path, given ?? variables),
        ...(client === undefined ? {} : { client }),
        runCode: (path) =>
          runCode(engine, {
            element,
            at: [...at, ...path],
            argument: variables,
            client,
            connector,
            onLine,
            beforeUnsafe,
            instead,
            signal,
          }),
        ...(others === undefined ? {} : { others }),
        signal,
      },
      fn,
    );
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    // what the authorization server says is no fault of the function in which it came up
    if (error.code.startsWith('auth/') && error.code !== 'auth/rejected') throw error;
    throw error.at(engine.project.locate(element, at));
  }
}

/** Its element says of which type the function is, and leaves the rest to a file. */
function noFile(engine: Engine, { element, at }: FunctionCall, { files }: FunctionType): MembraneError {
  const method = String(at.at(-1)).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new MembraneError('function/file', `the file of the function "${at.join('.')}" is missing`, {
    hint: `write "${method}${files[0] ?? ''}" where it is looked for; see "membrane validate"`,
    span: engine.project.locate(element, at),
    class: 'configuration',
  });
}

/** The connector that an element belongs to, or is. */
function connectorOf(engine: Engine, element: ResolvedElement): ResolvedElement | undefined {
  const { connector } = element.ref;
  return connector === undefined ? element : engine.project.resolve('connector', connector);
}
