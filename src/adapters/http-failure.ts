import { MembraneError } from '../core/error.js';
import type { HttpRequest } from '../core/ports.js';

/**
 * What to say about a request that got no response. Names the host and port, never path, query or headers;
 * the error of got is no cause of it either, since that holds all of them.
 */
export function explainFailure(error: unknown, request: HttpRequest): MembraneError {
  const host = hostOf(request.url);
  if (host === undefined) return unusable('the address of the request is no http or https URL');
  const { code, name, message, cause } = facts(error);
  if (name === 'TimeoutError') return timedOut(request);
  if (cause === 'TypeError')
    return unusable(`the request to "${host}" cannot be made: ${fault(code, request)}`);
  const tls = tlsFaults.find(({ when }) => when.test(`${code} ${message}`));
  if (tls !== undefined) {
    return new MembraneError('http/tls', `no secure connection to "${host}": ${tls.says}`, {
      hint: tls.hint,
      class: 'dependency',
      data: { code },
    });
  }
  const network = networkFaults.find(({ when }) => when.test(`${code} ${message}`)) ?? unknownFault(code);
  return new MembraneError('http/unreachable', network.says.replace('HOST', `"${host}"`), {
    hint: network.hint,
    class: 'dependency',
    data: { code },
  });
}

/** The server took too long, or nothing moved for as long. */
export function timedOut(request: HttpRequest): MembraneError {
  const host = hostOf(request.url);
  const streamed = request.upload !== undefined || request.saveTo !== undefined;
  const seconds = formatSeconds(request.timeoutMs);
  return new MembraneError(
    'http/timeout',
    streamed ? `"${host}" was silent for ${seconds}` : `"${host}" did not answer within ${seconds}`,
    {
      hint: 'try again later, or raise limits.requestSeconds in membrane.yaml',
      class: 'dependency',
    },
  );
}

/** The response is larger than the request allows. */
export function tooLarge(request: HttpRequest): MembraneError {
  const limit = request.maxBytes / 1_048_576;
  const size = limit >= 1 ? `${Number(limit.toFixed(1))} MB` : `${request.maxBytes} bytes`;
  return new MembraneError(
    'http/too-large',
    `the response of "${hostOf(request.url)}" is larger than ${size}`,
    {
      hint: 'ask for less (a filter, a smaller page), or raise limits.responseMegabytes in membrane.yaml',
      class: 'dependency',
    },
  );
}

interface Fault {
  /** Matches `CODE message`. */
  readonly when: RegExp;
  readonly says: string;
  readonly hint: string;
}

const trust =
  'if you trust it, put the certificate of its authority into a file and set NODE_EXTRA_CA_CERTS=FILE';

const tlsFaults: readonly Fault[] = [
  {
    when: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)/,
    says: 'its certificate is self-signed',
    hint: trust,
  },
  {
    when: /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?) /,
    says: 'its certificate is signed by an unknown authority',
    hint: trust,
  },
  {
    when: /^CERT_HAS_EXPIRED/,
    says: 'its certificate has expired',
    hint: 'the owner of the server has to renew it; check the clock of this machine too',
  },
  {
    when: /^CERT_NOT_YET_VALID/,
    says: 'its certificate is not valid yet',
    hint: 'check the clock of this machine',
  },
  {
    when: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    says: 'its certificate is for another host',
    hint: 'check the host name in the base address of the connector',
  },
  {
    when: /wrong version number|packet length too long|http request/,
    says: 'the server does not speak TLS on this port',
    hint: 'check the port, or write http:// instead of https:// if the server is meant to be without TLS',
  },
  {
    when: /before secure TLS connection/,
    says: 'the server closed the connection before it was secure',
    hint: 'check host and port, and whether a proxy or firewall stands in between',
  },
  {
    when: /^(EPROTO|ERR_SSL|ERR_TLS|CERT_|INVALID_CA|PATH_LENGTH_EXCEEDED)/,
    says: 'server and client could not agree on TLS',
    hint: 'the server may be too old, or want a client certificate; ask its owner',
  },
];

const networkFaults: readonly Fault[] = [
  {
    when: /^ENOTFOUND/,
    says: 'no address is known for HOST',
    hint: 'check the host name in the base address of the connector, and your network',
  },
  { when: /^EAI_AGAIN/, says: 'the name server did not answer for HOST', hint: 'check your network' },
  {
    when: /^ECONNREFUSED/,
    says: 'HOST refuses connections',
    hint: 'check that the server is running, and the host and port in the base address',
  },
  {
    when: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ENETDOWN|EHOSTDOWN)/,
    says: 'there is no way to HOST',
    hint: 'check your network, VPN and firewall',
  },
  {
    when: /^ETIMEDOUT/,
    says: 'HOST does not answer',
    hint: 'check host and port, your network, VPN and firewall',
  },
  {
    when: /aborted pending request|^Z_BUF_ERROR/,
    says: 'HOST closed the connection in the middle of its response',
    hint: 'try again; if it stays, the server or a proxy cuts its responses',
  },
  {
    when: /^(ECONNRESET|EPIPE|ECONNABORTED)/,
    says: 'HOST closed the connection without a response',
    hint: 'try again; if it stays, the server or a proxy refuses this request',
  },
  {
    when: /^HPE_HEADER_OVERFLOW/,
    says: 'the headers of the response of HOST are too large',
    hint: 'set NODE_OPTIONS=--max-http-header-size=65536 if the server is meant to send them',
  },
  {
    when: /^HPE_/,
    says: 'HOST does not answer in HTTP',
    hint: 'check the port, and whether the address should start with https://',
  },
  {
    when: /^(Z_|ERR__|ERR_BROTLI|ERR_ZSTD)/,
    says: 'the response of HOST is compressed in a broken way',
    hint: 'try again; with the header "accept-encoding: identity" the server does not compress',
  },
];

function unknownFault(code: string): Omit<Fault, 'when'> {
  return { says: `the request to HOST failed (${code})`, hint: 'try again; check your network' };
}

function unusable(message: string): MembraneError {
  return new MembraneError('http/request', message, {
    hint: 'check the address, the method and the headers of the request',
    class: 'configuration',
  });
}

function fault(code: string, request: HttpRequest): string {
  if (code === 'ERR_INVALID_CHAR') return 'a header value has a character that headers cannot hold';
  if (code === 'ERR_INVALID_HTTP_TOKEN') return 'the method or the name of a header is not allowed in HTTP';
  if (code === 'ERR_UNESCAPED_CHARACTERS') return 'the path has a character that must be escaped';
  if (request.body !== undefined || request.upload !== undefined)
    return `${request.method} cannot have a body`;
  return code;
}

/** `api.example.com:443`; undefined for what is no address of the web. */
function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

function formatSeconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** The parts of an error of got that tell what happened. */
function facts(error: unknown): { code: string; name: string; message: string; cause: string } {
  const { code, name, message, cause } = error as Error & { code?: unknown };
  return {
    code: typeof code === 'string' ? code : 'unknown',
    name,
    message,
    cause: cause instanceof Error ? cause.name : name,
  };
}
