import { MembraneError } from '../core/error.js';
import type { Span } from '../core/diagnostic.js';
import type { JsonPath } from '../core/json.js';
import type { ApiClient, ClientRequest, Page } from '../core/kind.js';

/** A client whose errors point at the place in YAML that made the request. Looked for on first use. */
export function locatedClient(client: () => ApiClient, locate: (path: JsonPath) => Span): ApiClient {
  const located = (error: unknown, request: ClientRequest): unknown =>
    error instanceof MembraneError ? error.at(locate(request.at ?? ['config'])) : error;
  return {
    address: async () => client().address?.(),
    async send(request) {
      try {
        return await client().send(request);
      } catch (error) {
        throw located(error, request);
      }
    },
    async *pages(request, pagination): AsyncGenerator<Page> {
      try {
        yield* client().pages(request, pagination);
      } catch (error) {
        throw located(error, request);
      }
    },
  };
}
