import { isObject, valueAt, type Json, type JsonPath } from '../../../src/core/json.js';
import type { ApiClient, ClientRequest, ClientResponse, RunContext } from '../../../src/core/kind.js';
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
  };
  return { client, requests };
}

/** What an element gets to run with; requests of the clients that are not given go nowhere. */
export function runContext(
  value: unknown,
  input: unknown,
  clients: Partial<Pick<RunContext, 'externalApp' | 'yourApp' | 'web'>>,
): RunContext {
  const nowhere: ApiClient = { send: () => Promise.reject(new Error('no request was expected here')) };
  const variables = { input, tenant: { key: 'local' } };
  return {
    input,
    variables,
    evaluate: evaluateIn(value, variables),
    externalApp: nowhere,
    yourApp: nowhere,
    web: nowhere,
    ...clients,
    signal: new AbortController().signal,
  };
}
