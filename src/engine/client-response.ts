import { Buffer, isUtf8 } from 'node:buffer';
import { MembraneError } from '../core/error.js';
import { parseJson, type Json } from '../core/json.js';
import type { ClientRequest } from '../core/kind.js';
import type { HttpResponse } from '../core/ports.js';
import type { Prepared } from './client-request.js';

/** A response as formulas see it; `status` and `statusCode` are the same. */
export interface ReadResponse {
  readonly status: number;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
  readonly encoding?: 'base64';
}

/**
 * What an API's own rules say about a response: the first handler that matches counts. Without `isSuccess`, a
 * handler with `error` makes it a failure, any other leaves that to the status.
 */
export interface ResponseHandler {
  match(response: ReadResponse): Awaitable<boolean>;
  isSuccess?(response: ReadResponse): Awaitable<boolean>;
  data?(response: ReadResponse): Awaitable<unknown>;
  error?(response: ReadResponse): Awaitable<HandledError>;
}

export interface HandledError {
  readonly message?: string | undefined;
  /** `rate_limit_exceeded` waits, `access_token_expired` and `not_authenticated` refresh; others are final. */
  readonly key?: string | undefined;
  readonly data?: unknown;
}

/** What a response means. */
export interface Verdict {
  readonly success: boolean;
  readonly response: ReadResponse;
  readonly error: HandledError;
}

type Awaitable<T> = T | Promise<T>;

/** Reads the response and judges it: by the handlers, else 2xx is success. */
export async function judgeResponse(
  response: HttpResponse,
  sent: Prepared,
  options: {
    handlers: readonly ResponseHandler[];
    htmlIsFine: boolean;
    wanted?: ClientRequest['responseType'];
  },
): Promise<Verdict> {
  const read = readAs(options.wanted, response) ?? readResponse(response, sent, options.htmlIsFine);
  const ok = isOk(response.status);
  for (const handler of options.handlers) {
    if (!(await handler.match(read))) continue;
    const success =
      handler.isSuccess === undefined ? ok && handler.error === undefined : await handler.isSuccess(read);
    if (!success) return { success, response: read, error: (await handler.error?.(read)) ?? {} };
    const data = handler.data === undefined ? read.data : await handler.data(read);
    return { success, response: { ...read, data }, error: {} };
  }
  return { success: ok, response: read, error: {} };
}

/** The body as it came, where that is wanted. */
function readAs(wanted: ClientRequest['responseType'], response: HttpResponse): ReadResponse | undefined {
  const { status, headers, body } = response;
  if ((wanted !== 'text' && wanted !== 'base64') || !isOk(status)) return undefined;
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(headers['content-type'] ?? '')?.[1];
  const parts = { status, statusCode: status, headers };
  if (wanted === 'text') return { ...parts, data: decode(body, charset) };
  return { ...parts, data: view(body).toString('base64'), encoding: 'base64' };
}

/** Whether a status means success. */
export function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function readResponse(response: HttpResponse, sent: Prepared, htmlIsFine: boolean): ReadResponse {
  const { status, headers, body } = response;
  const parts = { status, statusCode: status, headers };
  if (body.length === 0) return { ...parts, data: undefined };
  const contentType = headers['content-type'] ?? '';
  const mime = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const json = mime === 'application/json' || mime === 'text/json' || mime.endsWith('+json');
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(contentType)?.[1];
  if (charset === undefined && !json && !mime.startsWith('text/') && !isUtf8(body)) {
    return { ...parts, data: view(body).toString('base64'), encoding: 'base64' };
  }
  const text = decode(body, charset);
  if (json || mime === '') {
    if (text.trim() === '') return { ...parts, data: undefined };
    if (json && isOk(status)) return { ...parts, data: parseOrFail(text, sent) };
    if (json || /^\s*[[{]/.test(text)) return { ...parts, data: parseOrText(text) };
  }
  if (mime === 'text/html' && isOk(status) && !htmlIsFine) throw htmlInsteadOfJson(sent);
  return { ...parts, data: text };
}

function decode(body: Uint8Array, charset: string | undefined): string {
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    try {
      return new TextDecoder(charset).decode(body);
    } catch (error) {
      // A charset that nobody knows is read as UTF-8.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const text = view(body).toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function view(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.length);
}

/** For responses whose failure is another one: their text is more useful than a complaint about it. */
function parseOrText(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function parseOrFail(text: string, sent: Prepared): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = /at position (\d+)/.exec(error.message)?.[1];
    const truncated =
      /^(Unterminated|Unexpected end)/.test(error.message) || Number(position) >= text.trimEnd().length;
    if (truncated) {
      throw notJson(
        `the JSON of the response of "${sent.url.host}" is truncated: it ends after ${text.length} characters`,
        'try again; if it stays, the server or a proxy cuts its responses',
      );
    }
    // V8 tells the position or the character.
    const character = /^Unexpected token '(.+?)'/.exec(error.message)?.[1];
    const place =
      position === undefined
        ? `there is an unexpected "${character}"`
        : `it goes wrong at character ${Number(position) + 1}`;
    throw notJson(
      `the response of "${sent.url.host}" is no valid JSON: ${place}`,
      'its content-type promises JSON; the log has the beginning of it: membrane logs',
    );
  }
}

function htmlInsteadOfJson(sent: Prepared): MembraneError {
  return notJson(
    `"${sent.url.host}" answered with an HTML page instead of JSON`,
    'the base address or path is probably wrong, or a login page answered; for pages that are meant, send the header "accept: text/html"',
  );
}

function notJson(message: string, hint: string): MembraneError {
  return new MembraneError('http/not-json', message, { hint, class: 'dependency' });
}
