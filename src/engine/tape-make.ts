import type { Json } from '../core/json.js';
import { createRedactor, type Redactor } from '../core/redact.js';
import type { Tape, TapeRequest, TapeResponse, TestConnection } from '../core/tape.js';
import { isSensitiveHeader } from './client-redact.js';
import { readBody } from './tape-body.js';
import type { Outcome } from './tape-expect.js';
import type { Captured } from './tape-recorder.js';
import { tapeRequest } from './tape-request.js';
import { volatileStandIns, steadied } from './tape-steady.js';
import { hideIds, isSecretName, mapParts, withoutNamedSecrets, withStandIns } from './tape-texts.js';

export interface Recording {
  readonly captured: readonly Captured[];
  readonly outcome: Outcome;
  /** With its secrets: they are cut out here. */
  readonly connection: TestConnection | undefined;
  /** All that must not be on the tape. */
  readonly secrets: readonly string[];
  /** Ids that the engine made meanwhile. */
  readonly madeIds: ReadonlySet<string>;
  /** Where the clock stood: milliseconds since 1970. */
  readonly time: number;
  readonly seed: number | undefined;
  /** The tape that this one takes the place of. */
  readonly before: Tape | undefined;
  /** Names of fields that differ with every recording. */
  readonly volatile: readonly string[];
  /** What the test gives to the run. */
  readonly input: Json | undefined;
}

export interface Made {
  readonly tape: Tape;
  /** Cuts out what must not be on it. */
  readonly redactor: Redactor;
  /** Where bytes would have to be changed that nobody could read then. */
  readonly lost: readonly string[];
}

/** A tape without secrets and without what differs from run to run. */
export async function makeTape(recording: Recording): Promise<Made> {
  const { captured, outcome, connection, madeIds, time, seed, before } = recording;
  const to = before === undefined ? time : Date.parse(before.time);
  const redactor = createRedactor([...recording.secrets, ...captured.flatMap(secretsSeen)]);
  const hide = hideIds(madeIds);
  const clean = <T>(value: T): T => hide(withStandIns(redactor.redactValue(value)));
  const exchanges: { request: TapeRequest; response: TapeResponse }[] = [];
  for (const one of captured) {
    const request = await tapeRequest(one.request, hide);
    exchanges.push({ request: clean(request), response: clean(tapeResponse(one)) });
  }
  const { output, error } = outcome;
  const tape: Tape = {
    time: iso(to),
    ...(connection === undefined ? {} : { connection: withStandIns(redactor.redactValue(connection)) }),
    ...(seed === undefined ? {} : { seed }),
    exchanges,
    ...(output === undefined ? {} : { output: clean(output) }),
    ...(error === undefined ? {} : { error: clean({ code: error.code, message: error.message }) }),
  };
  const standIns = volatileStandIns(exchanges, recording.volatile, iso(to), recording.input);
  return {
    tape: steadied(tape, { names: recording.volatile, standIns, time, to }),
    redactor,
    lost: unreadableWithout(captured, exchanges, redactor),
  };
}

/** Where on a tape something is left that the redactor would cut out; empty where nothing is. */
export function secretsLeft(tape: Tape, text: string, redactor: Redactor): string[] {
  const found: string[] = [];
  for (const [index, { request, response }] of tape.exchanges.entries()) {
    for (const [side, part] of Object.entries({ request, response })) {
      if (holds(part, redactor)) found.push(`${side} ${index + 1} (${request.method} ${request.url})`);
    }
  }
  const { exchanges: _, ...others } = tape;
  for (const [name, part] of Object.entries(others)) if (holds(part, redactor)) found.push(`"${name}"`);
  // over the ends of values, as the file has them
  if (found.length === 0 && redactor.redact(text) !== text) found.push('the file as a whole');
  return found.map((where) => redactor.redact(where));
}

function holds(part: unknown, redactor: Redactor): boolean {
  const text = JSON.stringify(part);
  return redactor.redact(text) !== text;
}

/** Bytes that hold a secret: cut out of them, it would leave something that nobody can read. */
function unreadableWithout(
  captured: readonly Captured[],
  exchanges: Tape['exchanges'],
  redactor: Redactor,
): string[] {
  return captured.flatMap(({ request, response }, index) => {
    const { method = '', url = '' } = exchanges[index]?.request ?? {};
    const bodies = {
      request: readBody(request.body, request.headers['content-type']),
      response: readBody(response?.body, response?.headers['content-type']),
    };
    return Object.entries(bodies).flatMap(([side, { base64 = '' }]) => {
      const texts = [base64, atob(base64)];
      const isIn = texts.some((text) => redactor.redact(text) !== text);
      return isIn ? [`${side} ${index + 1} (${method} ${url})`] : [];
    });
  });
}

function tapeResponse({ request, response, failure }: Captured): TapeResponse {
  if (response === undefined) return { failure: failure ?? 'http/unreachable' };
  const { status, headers, body } = response;
  const shown = Object.entries(headers).filter(([name]) => isSteady(name));
  return withoutNamedSecrets({
    ...(status === 200 ? {} : { status }),
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
    ...(request.method === 'HEAD' ? {} : readBody(body, headers['content-type'])),
  });
}

const unsteady = new RegExp(
  [
    '^(?:date|etag|last-modified|expires|age|server|via|connection|keep-alive|transfer-encoding|vary|pragma)$',
    '^(?:content-length|content-encoding|cache-control|strict-transport-security|alt-svc|nel|report-to)$',
    '^(?:content-security-policy.*|permissions-policy|referrer-policy|server-timing|x-content-type-options)$',
    '^(?:x-frame-options|x-xss-protection|x-powered-by|x-runtime|x-served-by|x-timer|x-cache.*)$',
    '^(?:cf-|x-amz-|x-amzn-|x-envoy-|x-b3-|access-control-|x-rate-?limit|rate-?limit|x-varnish)',
    '(?:^|-)(?:request|trace|correlation|transaction|span)(?:-?id)?$',
    '^(?:traceparent|tracestate)$',
  ].join('|'),
);

/** Whether a header of a response is worth keeping: it says something, and the same each time. */
function isSteady(name: string): boolean {
  return !unsteady.test(name) && !isSensitiveHeader(name);
}

/** What shows itself as a secret by where it stands: credentials in headers, tokens in bodies. */
function secretsSeen({ request, response }: Captured): string[] {
  const found: string[] = [];
  for (const headers of [request.headers, response?.headers ?? {}]) {
    for (const [name, value] of Object.entries(headers)) {
      if (isSensitiveHeader(name))
        found.push(value, ...value.split(/[\s;,]+/).filter((part) => part.length > 7));
    }
  }
  const bodies = [
    readBody(request.body, request.headers['content-type']).body,
    readBody(response?.body, response?.headers['content-type']).body,
  ];
  const { searchParams } = new URL(request.url);
  for (const value of [...bodies, Object.fromEntries(searchParams)]) {
    mapParts(value as Json, (part, name) => {
      if (isSecretName(name) && String(part).length > 7) found.push(String(part));
      return part;
    });
  }
  return found;
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
