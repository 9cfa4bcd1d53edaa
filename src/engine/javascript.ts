import { MembraneError } from '../core/error.js';
import { valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { ApiClient } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import { createRedactor, secretStrings } from '../core/redact.js';
import type { LogLine } from '../core/sandbox.js';
import type { Exchange } from './client.js';
import type { Instead } from './client-instead.js';
import type { Engine } from './engine.js';
import { boundFetch } from './javascript-fetch.js';
import { hostRules, keptToHosts, type HostRules } from './javascript-hosts.js';

/** One call of code that stands in an element. */
export interface CodeCall {
  readonly element: ResolvedElement;
  /** Where the text of the code stands. */
  readonly at: JsonPath;
  /** What the function gets, beside the clients. */
  readonly argument: Readonly<Record<string, unknown>>;
  /** The external app: `apiClient` and `externalApiClient`. */
  readonly client?: ApiClient | undefined;
  /** The user's own product: `internalApiClient`. */
  readonly yourApp?: ApiClient | undefined;
  /** Whose hosts may be reached. */
  readonly connector?: ResolvedElement | undefined;
  readonly onLine?: ((line: LogLine) => void) | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** Called before a request is sent that must not be sent twice, and waited for. */
  readonly beforeUnsafe?: (() => Promise<void>) | undefined;
  /** Takes requests of `fetch` that would change something in the place of sending them. */
  readonly instead?: Instead | undefined;
  /** Cuts secrets out, beyond those that the argument itself holds. */
  readonly redact?: (<T>(value: T) => T) | undefined;
  readonly signal: AbortSignal;
}

/** The result of the code. What it throws points into the code, and names no secret. */
export async function runCode(engine: Engine, call: CodeCall): Promise<unknown> {
  const { element, at, argument, signal, onLine, onExchange, beforeUnsafe, instead } = call;
  const { limits } = engine.project.config;
  const redact = redactorOf(call);
  const rules = hostRules(call.connector, call.client);
  const sandbox = await engine.ports.sandbox();
  try {
    return await sandbox.run({
      code: String(valueAt(element.value, at)),
      file: codeFile(engine, element, at),
      name: String(at.at(-2) ?? ''),
      argument: argument as JsonObject,
      clients: clientsOf(call, rules),
      fetch: boundFetch(engine, {
        rules,
        redact: (text) => redact(text),
        signal,
        onExchange,
        beforeUnsafe,
        instead,
      }),
      log: (line) => {
        const shown = { ...line, text: redact(line.text) };
        engine.emit({ type: 'log', ...shown });
        onLine?.(shown);
      },
      limits: {
        cpuMs: limits.javascriptMs,
        resultBytes: limits.outputBytes,
      },
      signal,
    });
  } catch (error) {
    const own =
      error instanceof MembraneError && error.code.startsWith('javascript/') && error.span === undefined;
    throw own ? located(engine, call, error, redact) : error;
  }
}

/** The file of the code, where it has one of its own. */
function codeFile(engine: Engine, element: ResolvedElement, at: JsonPath): string | undefined {
  const { file } = engine.project.locate(element, at);
  return /\.[jt]s$/.test(file) ? file : undefined;
}

function clientsOf({ client, yourApp }: CodeCall, rules: HostRules): Record<string, ApiClient> {
  const kept = client === undefined ? undefined : keptToHosts(client, rules);
  return {
    ...(kept === undefined ? {} : { apiClient: kept, externalApiClient: kept }),
    ...(yourApp === undefined ? {} : { internalApiClient: yourApp }),
  };
}

/** The same error at its place in the code, without secrets. */
function located(
  engine: Engine,
  { element, at }: CodeCall,
  error: MembraneError,
  redact: <T>(value: T) => T,
): MembraneError {
  const { line, column } = error.data ?? {};
  const span =
    typeof line === 'number' && typeof column === 'number'
      ? engine.project.locateCode(element, at, { line, column })
      : engine.project.locate(element, at);
  return new MembraneError(error.code, redact(error.message), {
    ...error,
    ...(error.data === undefined ? {} : { data: redact(error.data) }),
    span,
  });
}

const secretVariables = [
  'credentials',
  'connectionParameters',
  'tokenResponse',
  'queryParameters',
  'codeVerifier',
];

/** Made when something is shown for the first time: most code says nothing. */
function redactorOf({ argument, redact }: CodeCall): <T>(value: T) => T {
  let own: ReturnType<typeof createRedactor> | undefined;
  return (value) => {
    own ??= createRedactor(secretStrings(secretVariables.map((name) => argument[name])));
    const shown = own.redactValue(value);
    return redact === undefined ? shown : redact(shown);
  };
}
