import { isObject, type Json } from '../core/json.js';
import { redactBody, redactUrl, type Redact } from './client-redact.js';
import type { Prepared } from './client-request.js';

/** A request as it would have been sent, without secrets. */
export interface Unsent {
  readonly method: string;
  readonly url: string;
  /** JSON where it is some, else text. */
  readonly body?: Json;
}

/** Takes a request in the place of sending it, and gives what stands in for the data of its response. */
export type Instead = (request: Unsent) => Json;

const shownBody = 65_536;

export function unsent({ method, url, body, upload }: Prepared, redact: Redact): Unsent {
  const facts = { method, url: redactUrl(url, redact) };
  if (upload !== undefined)
    return { ...facts, body: 'open' in upload ? `(${upload.size} bytes)` : '(a form with files)' };
  if (body === undefined || body.length === 0) return facts;
  return { ...facts, body: jsonOr(redactBody(body, shownBody, redact)) };
}

function jsonOr(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) || Array.isArray(value) ? value : text;
  } catch {
    return text; // a form, or other text
  }
}
