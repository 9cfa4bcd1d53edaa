import type { ClientRequest, ClientResponse } from '../core/kind.js';
import { clientOf } from './bound-client.js';
import { findConnection } from './connections.js';
import type { Engine } from './engine.js';

export interface RequestOptions {
  /** Cut the connection's secrets out of what came: for what is printed. */
  readonly redacted?: boolean | undefined;
  /** Follow all pages, as the connector says; `data` is the list of all items then. */
  readonly paginate?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** The API proxy: a request with the connection's address and credentials. */
export async function sendRequest(
  engine: Engine,
  connection: string,
  request: ClientRequest,
  { redacted, paginate, signal }: RequestOptions,
): Promise<ClientResponse> {
  const bound = await findConnection(engine, connection);
  const of = { id: bound.id, tenant: engine.tenant };
  const { client, redact } = await clientOf(engine, bound, {
    signal,
    onExchange: (exchange) => engine.runLog.requests(of, [exchange]),
  });
  const show = (response: ClientResponse) => (redacted === true ? redact(response) : response);
  if (paginate !== true) return show(await client.send(request));
  const data: unknown[] = [];
  let last: ClientResponse = { status: 200, headers: {}, data };
  for await (const { items, response } of client.pages(request)) {
    data.push(...items);
    last = response;
  }
  return show({ status: last.status, headers: last.headers, data });
}
