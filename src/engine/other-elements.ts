import type { FormulaPorts } from '../core/formula-env.js';
import type { ApiClient, ClientRequest, OtherElement, OtherElements } from '../core/kind.js';
import type { Pagination } from '../core/pagination.js';
import type { ResolvedElement, Scope } from '../core/project.js';
import type { LogLine } from '../core/sandbox.js';
import type { Instead } from './client-instead.js';
import type { Engine } from './engine.js';
import { evaluator, prepareValue } from './evaluate.js';
import { callFunction, hasFunction } from './functions.js';

/** What functions of the elements are called with. */
export interface Calling {
  readonly scope: Scope;
  /** What every function of the connector sees: credentials and parameters. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly client: ApiClient | undefined;
  /** What formulas can ask. */
  readonly ports?: (() => FormulaPorts) | undefined;
  /** What code writes to its console. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Takes requests that would change something in the place of sending them. */
  readonly instead?: Instead | undefined;
  readonly signal: AbortSignal;
}

/** The elements of a project as they stand for one connection, and their functions, ready to be called. */
export function otherElements(engine: Engine, calling: Calling): OtherElements {
  const { project, kinds } = engine;
  const { scope } = calling;
  const known = new Map<string, OtherElement | undefined>();
  const inConnector = (kind: string) => kinds.find(({ name }) => name === kind)?.owner !== undefined;
  const find = (kind: string, key: string, instance: string | undefined): OtherElement | undefined => {
    const within = inConnector(kind)
      ? { connector: scope.connector }
      : { ...scope, connector: undefined, instance };
    const element = project.resolve(kind, key, within);
    if (element === undefined) return undefined;
    return callable(engine, calling, element, others);
  };
  const others: OtherElements = {
    find(kind, key, instance = scope.instance) {
      const name = JSON.stringify([kind, key, instance]);
      if (!known.has(name)) known.set(name, find(kind, key, instance));
      return known.get(name);
    },
    keys(kind) {
      const inner = inConnector(kind);
      const keys = project
        .list(kind)
        .filter(({ ref }) => !inner || ref.connector === scope.connector)
        .map(({ ref }) => ref.key);
      return [...new Set(keys)].filter((key) => others.find(kind, key) !== undefined).sort();
    },
    connector: () => {
      const element =
        scope.connector === undefined ? undefined : project.resolve('connector', scope.connector);
      return element === undefined ? undefined : callable(engine, calling, element, others);
    },
  };
  return others;
}

/** One element, with its functions ready to be called. */
export function callable(
  engine: Engine,
  { variables, client, ports, onLine, beforeUnsafe, instead, signal }: Calling,
  element: ResolvedElement,
  others: OtherElements,
): OtherElement {
  const { project } = engine;
  const { ref, value, off } = element;
  const { formulaDepth: depth } = project.config.limits;
  const locate: OtherElement['locate'] = (at, target) => project.locate(element, at, target);
  const evaluate = evaluator(value, { locate, depth, ports });
  return {
    kind: ref.kind,
    key: ref.key,
    value,
    off,
    layers: element.layers,
    evaluate,
    resolve: (at, args) => evaluate(at, { ...variables, ...args }),
    prepare: (made, origin, becomes) =>
      prepareValue(made, { locate: (path) => locate(origin(path)), depth, ports }, becomes),
    locate,
    has: (at) => hasFunction(element, at),
    call: (at, args, { alone = false, reads = false } = {}) =>
      callFunction(engine, {
        element,
        at,
        variables: alone ? args : { ...variables, ...args },
        ...(reads && instead !== undefined ? onlyReading(client, others) : { client, others, instead }),
        ports,
        onLine,
        beforeUnsafe,
        signal,
      }),
  };
}

/** What a function works with that changes nothing: its requests are sent, also where others are not. */
function onlyReading(client: ApiClient | undefined, others: OtherElements) {
  const reading = (other: OtherElement | undefined): OtherElement | undefined =>
    other && { ...other, call: (at, args, how) => other.call(at, args, { ...how, reads: true }) };
  return {
    client: client && {
      address: async () => client.address?.(),
      send: (request: ClientRequest) => client.send({ ...request, reads: true }),
      pages: (request: ClientRequest, pagination?: Pagination) =>
        client.pages({ ...request, reads: true }, pagination),
    },
    others: {
      find: (kind: string, key: string, instance?: string) => reading(others.find(kind, key, instance)),
      keys: (kind: string) => others.keys(kind),
      connector: () => reading(others.connector()),
    },
  };
}
