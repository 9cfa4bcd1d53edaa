import type { Connection } from '../core/connection.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { FormulaPorts } from '../core/formula-env.js';
import type { JsonPath } from '../core/json.js';
import type { ApiClient, RunContext } from '../core/kind.js';
import type { DataLinks } from '../core/links.js';
import type { Element, ResolvedElement, Scope } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { LogLine } from '../core/sandbox.js';
import { accountOf, authVariables, bindClient, type BoundAccount, type BoundClient } from './bound-client.js';
import type { Exchange } from './client.js';
import { notedLinks, type DryGuard } from './dry-run.js';
import type { Engine } from './engine.js';
import { formulaPorts } from './formula-ports.js';
import { runCode } from './javascript.js';
import { linksOf } from './links.js';
import { locatedClient } from './located-client.js';
import { callable, otherElements, type Calling } from './other-elements.js';
import { recordPorts } from './record-ports.js';
import { surroundings } from './surroundings.js';
import { webClient, yourAppClient } from './unbound-clients.js';

/** What runs, and for whom. */
export interface Runnable {
  readonly element: ResolvedElement;
  readonly connection: Connection | undefined;
  /** Everything that was set by command for the connection. */
  readonly customised: readonly Element[];
  /** Which of several instances of its elements the connection is to use. */
  readonly instance: string | undefined;
  readonly input: unknown;
}

/** What a run leaves behind beside its output. */
export interface Gathered {
  readonly exchanges: Exchange[];
  readonly lines: LogLine[];
  readonly warnings: Diagnostic[];
  /** Of so many requests the bodies are kept, of others only that they were sent; absent: of all. */
  readonly loggedBodies?: number;
}

export interface World {
  readonly context: RunContext;
  /** What formulas can ask. */
  readonly ports: FormulaPorts;
  readonly redact: <T>(value: T) => T;
}

/** What a run can touch, before it is known what of it is at work. */
export interface Ground {
  readonly account: BoundAccount | undefined;
  /** What formulas see beside the input. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export async function groundOf(engine: Engine, connection: Connection | undefined): Promise<Ground> {
  const account = connection === undefined ? undefined : await accountOf(engine, connection);
  return { account, variables: await surroundings(engine, connection, account?.integration) };
}

/** All that a run can touch. */
export async function openWorld(
  engine: Engine,
  runnable: Runnable,
  gathered: Gathered,
  signal: AbortSignal,
): Promise<World> {
  const ground = await groundOf(engine, runnable.connection);
  return worldOn(engine, ground, runnable, gathered, { signal, guard: engine.dryRun?.guard() });
}

export interface WorldOptions {
  readonly signal: AbortSignal;
  /** Where in the element the paths of the context start. */
  readonly at?: JsonPath | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Keeps it from changing anything, in a dry run. */
  readonly guard?: DryGuard | undefined;
  /** What becomes of requests to either app before they are sent. */
  readonly around?: ((client: ApiClient) => ApiClient) | undefined;
}

/** The same, for one of many that run on the same ground. What is not used costs next to nothing. */
export function worldOn(
  engine: Engine,
  ground: Ground,
  runnable: Runnable,
  { exchanges, lines, warnings, loggedBodies = Infinity }: Gathered,
  { signal, at: base = [], beforeUnsafe, guard, around = (client) => client }: WorldOptions,
): World {
  const { element, connection, customised, instance, input } = runnable;
  const { account } = ground;
  const { project } = engine;
  const onLine = (line: LogLine) => void lines.push(line);
  const onExchange = (exchange: Exchange) => void exchanges.push(exchange);
  const instead = guard?.request;
  const loggedBodyBytes = () => (exchanges.length < loggedBodies ? undefined : 0);
  const options = { signal, onLine, onExchange, loggedBodyBytes, beforeUnsafe, instead };
  let bound: BoundClient | undefined;
  const bind = (to: BoundAccount): BoundClient => (bound ??= bindClient(engine, { ...to, ...options }));
  const variables = { ...ground.variables, input };
  const locating = (client: () => ApiClient): ApiClient =>
    around(locatedClient(client, (path) => project.locate(element, [...base, ...path], 'key')));
  const scope: Scope = {
    tenant: engine.tenant,
    connection: connection?.key,
    integration: account?.integration.key,
    connector: account?.integration.connector.ref.key,
    instance,
    customised,
  };
  const ports = late((): FormulaPorts => formulaPorts(engine, { ...own, others: others(), links: links() }));
  const calling: Calling = {
    scope,
    variables: account === undefined ? {} : authVariables(account.integration, account.secrets),
    client: account === undefined ? undefined : around(lateClient(() => bind(account).client)),
    ports,
    onLine,
    beforeUnsafe,
    instead,
    signal,
  };
  const others = late(() => otherElements(engine, calling));
  const external = () => (account === undefined ? unconnected(element) : bind(account).client);
  const yourApp = locating(() => yourAppClient(engine, options));
  const warn = (warning: Diagnostic) => void warnings.push(warning);
  const links = late((): DataLinks | undefined => {
    const stored = connection === undefined ? undefined : linksOf(engine, connection);
    return stored === undefined || guard === undefined ? stored : notedLinks(stored, guard);
  });
  const { validator, pageGuard } = recordPorts(engine);
  const own = { variables, yourApp, validator, pageGuard, warn, signal };
  const self = late(() => callable(engine, calling, element, others()));
  const redact = <T>(value: T): T => (account === undefined ? value : bind(account).redact(value));
  return {
    redact,
    get ports() {
      return ports();
    },
    // One by one: getters behind a spread make an object that takes six times as long.
    context: {
      variables,
      yourApp,
      validator,
      pageGuard,
      warn,
      signal,
      input,
      evaluate: (at, given, becomes) => self().evaluate([...base, ...at], given ?? variables, becomes),
      runCode: (at, argument) =>
        runCode(engine, {
          element,
          at: [...base, ...at],
          argument,
          client: locating(external),
          yourApp,
          connector: account?.integration.connector,
          redact,
          ...options,
        }),
      externalApp: locating(external),
      web: locating(() => webClient(engine, options)),
      get others() {
        return others();
      },
      get self() {
        return self();
      },
      get links() {
        return links() ?? noLinks(element);
      },
    },
  };
}

/** What is made when it is used, and once. */
function late<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A client that is made when it is used. */
function lateClient(client: () => ApiClient): ApiClient {
  return {
    address: async () => client().address?.(),
    send: (request) => client().send(request),
    pages: (request, pagination) => client().pages(request, pagination),
  };
}

/** What formulas can ask before a run begins: those in the schema of its input. */
export async function askPorts(
  engine: Engine,
  runnable: Runnable,
  warnings: Diagnostic[],
  signal: AbortSignal = new AbortController().signal,
): Promise<FormulaPorts> {
  return (await openWorld(engine, runnable, { exchanges: [], lines: [], warnings }, signal)).ports;
}

function unconnected(element: ResolvedElement): never {
  throw new MembraneError('connection/missing', `${formatRef(element.ref)} needs a connection`, {
    hint: 'make one with "membrane connect", or name one with --connection',
    class: 'connection',
  });
}

function noLinks(element: ResolvedElement): DataLinks {
  const refuse = async () => unconnected(element);
  return { find: refuse, create: refuse, remove: refuse };
}
