import { Buffer } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import type { HttpRequest, HttpResponse, Upload } from '../core/ports.js';
import type { ClientOptions } from './client.js';
import { redactBody, redactUrl } from './client-redact.js';
import type { Prepared } from './client-request.js';

/** One exchange with a server, for the log: every try and every redirect is one. Without secrets. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Absent where no response came; `error` says why, as a code. */
  readonly status?: number;
  readonly error?: string;
  readonly ms: number;
  /** Which try of the request it belongs to, from 1. */
  readonly tries: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestBody?: string;
  readonly responseBody?: string;
}

const defaults = { timeoutMs: 30_000, maxBytes: 50 * 1_048_576 };

/** Sends one request once, and tells about it: an event for a response, an entry of the log in any case. */
export async function exchange(
  options: ClientOptions,
  sent: Prepared,
  tries: number,
  saveTo?: HttpRequest['saveTo'],
): Promise<HttpResponse> {
  const { http, clock, emit, signal, timeoutMs = defaults.timeoutMs, maxBytes = defaults.maxBytes } = options;
  const { method, headers, body, upload } = sent;
  const url = redactUrl(sent.url, options.redact);
  const started = clock.now();
  try {
    const response = await http.send({
      method,
      url: sent.url.href,
      headers,
      timeoutMs,
      maxBytes,
      ...(body === undefined ? {} : { body }),
      ...(upload === undefined ? {} : { upload }),
      ...(saveTo === undefined ? {} : { saveTo }),
      ...(signal === undefined ? {} : { signal }),
    });
    emit({ type: 'request', method, url, status: response.status, ms: response.ms, tries });
    log(options, sent, url, tries, { status: response.status, ms: response.ms }, response);
    return response;
  } catch (error) {
    const code = signal?.aborted !== true && error instanceof MembraneError ? error.code : 'aborted';
    log(options, sent, url, tries, { error: code, ms: clock.now() - started });
    throw error;
  }
}

function log(
  options: ClientOptions,
  sent: Prepared,
  url: string,
  tries: number,
  result: Pick<Exchange, 'status' | 'error' | 'ms'>,
  { body: response, savedBytes }: Pick<HttpResponse, 'body' | 'savedBytes'> = { body: new Uint8Array() },
): void {
  const { onExchange, redact, loggedBodyBytes = 0 } = options;
  if (onExchange === undefined) return;
  const { body = '', upload } = sent;
  onExchange({
    method: sent.method,
    url,
    ...result,
    tries,
    requestBytes: uploadSize(upload) ?? Buffer.byteLength(body),
    responseBytes: savedBytes ?? response.length,
    ...(loggedBodyBytes > 0 && body.length > 0 && { requestBody: redactBody(body, loggedBodyBytes, redact) }),
    ...(loggedBodyBytes > 0 &&
      response.length > 0 && { responseBody: redactBody(response, loggedBodyBytes, redact) }),
  });
}

/** Bytes of what is sent from files; the lines between the parts of a form are not counted. */
function uploadSize(upload: Upload | undefined): number | undefined {
  if (upload === undefined || 'open' in upload) return upload?.size;
  return upload.reduce(
    (sum, part) => sum + ('file' in part ? part.file.size : Buffer.byteLength(part.value)),
    0,
  );
}
