import { MembraneError } from '../core/error.js';
import type { ApiClient } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';

/** Which hosts code may reach. */
export interface HostRules {
  /** Rejects with `javascript/host` for an address that is not allowed. */
  require(address: string): Promise<void>;
}

/** The host of the client's base address, and what the connector names in `allowedHosts`; none without a connector. */
export function hostRules(connector: ResolvedElement | undefined, client: ApiClient | undefined): HostRules {
  const named = connector?.value['allowedHosts'];
  const patterns = (Array.isArray(named) ? named : []).filter((host) => typeof host === 'string');
  return {
    async require(address) {
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol)) {
        throw new MembraneError('http/request', `"${address}" is no http or https address`, {
          hint: '"fetch" takes whole addresses, beginning with https://',
          class: 'custom_code',
        });
      }
      if (patterns.some((pattern) => fits(url, pattern))) return;
      const base = connector === undefined ? undefined : await client?.address?.();
      const own = base !== undefined && URL.canParse(base) ? new URL(base).host : undefined;
      if (url.host === own) return;
      const allowed = [...(own === undefined ? [] : [own]), ...patterns];
      const may = allowed.length === 0 ? 'it may reach none' : `it may reach ${allowed.join(', ')}`;
      throw new MembraneError('javascript/host', `the code may not reach "${url.host}"`, {
        hint: `${may}; others are named in "allowedHosts" of the connector`,
        class: 'custom_code',
      });
    },
  };
}

/** `*.example.com` fits what lies below it. A pattern without a port fits the usual one only. */
function fits(url: URL, pattern: string): boolean {
  const host = pattern.toLowerCase();
  return host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host;
}

/** A client that is bound to nobody reaches no more hosts than `fetch`. */
export function keptToHosts(client: ApiClient, rules: HostRules): ApiClient {
  if (client.address !== undefined) return client;
  return {
    ...client,
    async send(request) {
      await rules.require(request.path);
      return client.send(request);
    },
  };
}
