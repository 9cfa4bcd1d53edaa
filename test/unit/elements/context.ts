import { isObject, valueAt, type Json, type JsonObject, type JsonPath } from '../../../src/core/json.js';
import type { ApiClient, ClientRequest, ClientResponse, Page, RunContext } from '../../../src/core/kind.js';
import { parseLocator } from '../../../src/core/locator.js';

/** `evaluate` over the parts of a value, for values whose only formula is `$var`. */
export function evaluateIn(value: unknown, variables: Readonly<Record<string, unknown>>) {
  return (at: JsonPath, others: Readonly<Record<string, unknown>> = variables): Promise<unknown> =>
    Promise.resolve(resolve(valueAt(value, at), others));
}

function resolve(value: unknown, variables: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, variables));
  if (!isObject(value)) return value;
  if (typeof value['$var'] === 'string') return valueAt(variables, parseLocator(value['$var']));
  const entries = Object.entries(value).map(([key, part]) => [key, resolve(part, variables)] as const);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

/** A client that answers everything with `data`, and the requests that it got. */
export function answering(data: Json, status = 200) {
  const requests: ClientRequest[] = [];
  const client: ApiClient = {
    send(request) {
      requests.push(request);
      const response: ClientResponse = { status, headers: { 'content-type': 'application/json' }, data };
      return Promise.resolve(response);
    },
    async *pages(request): AsyncGenerator<Page> {
      const response = await client.send(request);
      yield { items: Array.isArray(response.data) ? response.data : [response.data], response };
    },
  };
  return { client, requests };
}

/** What an element gets to run with; requests of the clients that are not given go nowhere. */
export function runContext(
  value: unknown,
  input: unknown,
  clients: Partial<Pick<RunContext, 'externalApp' | 'yourApp' | 'web' | 'others'>>,
): RunContext {
  const unexpected = () => {
    throw new Error('no request was expected here');
  };
  const nowhere: ApiClient = { send: async () => unexpected(), pages: unexpected };
  const variables = { input, tenant: { key: 'local' } };
  return {
    input,
    variables,
    evaluate: evaluateIn(value, variables),
    externalApp: nowhere,
    yourApp: nowhere,
    web: nowhere,
    runCode: unexpected,
    self: {
      kind: 'action',
      key: 'test',
      value: value as JsonObject,
      off: false,
      layers: [{ layer: 'universal', value: value as JsonObject }],
      evaluate: evaluateIn(value, variables),
      resolve: async () => unexpected(),
      prepare: unexpected,
      has: () => false,
      call: unexpected,
      locate: unexpected,
    },
    others: { find: () => undefined, keys: () => [], connector: () => undefined },
    validator: unexpected,
    warn: unexpected,
    pageGuard: unexpected,
    links: { find: unexpected, create: unexpected, remove: unexpected },
    ...clients,
    signal: new AbortController().signal,
  };
}
