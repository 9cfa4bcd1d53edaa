import { MembraneError } from '../core/error.js';
import type { Http, Ports } from '../core/ports.js';

/** A server as the requests of this process found it. */
export interface Server {
  readonly host: string;
  /** How far the clock of this machine is ahead of the server's, milliseconds; absent where it does not say. */
  offsetMs?: number;
  /** Why it was never reached. */
  failure?: { readonly message: string; readonly hint?: string };
}

/** Failures below HTTP: of the name, the connection, TLS, or the time it takes. */
const networkCodes = new Set(['http/unreachable', 'http/tls', 'http/timeout']);

/** The same client, which also notes in `servers` which of them answer, and what time they have. */
export function watchedHttp({ http, clock }: Pick<Ports, 'http' | 'clock'>, servers: Server[]): Http {
  const serverOf = (url: string): Server => {
    const { host } = new URL(url);
    const known = servers.find((server) => server.host === host) ?? { host };
    if (!servers.includes(known)) servers.push(known);
    return known;
  };
  return {
    async send(request) {
      const server = serverOf(request.url);
      try {
        const response = await http.send(request);
        delete server.failure;
        const date = Date.parse(response.headers['date'] ?? '');
        // It is given in whole seconds: on average half a second later than it says.
        if (!Number.isNaN(date)) server.offsetMs = clock.now() - date - 500;
        return response;
      } catch (error) {
        if (error instanceof MembraneError && networkCodes.has(error.code)) {
          const { message, hint } = error;
          server.failure = { message, ...(hint === undefined ? {} : { hint }) };
        }
        throw error;
      }
    },
  };
}
