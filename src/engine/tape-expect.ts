import { same, type Json, type JsonPath } from '../core/json.js';
import type { TapeRequest, Tape, TestCase } from '../core/tape.js';
import { aligned, type Extent } from './tape-match.js';
import type { Player } from './tape-player.js';
import { fitsPattern, partsOf, patternOf } from './tape-request.js';

/** What a run gave, or how it failed. */
export interface Outcome {
  readonly output?: Json | undefined;
  readonly error?: { readonly code: string; readonly message: string; readonly key?: string | undefined };
}

/** One way in which a run is not as expected. */
export interface TestFailure {
  readonly what: 'output' | 'error' | 'request' | 'requests' | 'tape';
  readonly message: string;
  /** Where the expectation stands in the test; empty where it comes from the tape. */
  readonly at: JsonPath;
  readonly expected?: Json;
  readonly actual?: Json;
}

/** All ways in which a run is not as its test and its tape say; none where all is well. */
export function failuresOf(
  test: TestCase,
  tape: Tape | undefined,
  outcome: Outcome,
  player: Player,
): TestFailure[] {
  const missed = missFailures(player);
  // what a missing answer leads to is no failure of its own
  if (missed.length > 0) return missed;
  return [
    ...outcomeFailures(test, tape, outcome),
    ...requestFailures(test, player.sent),
    ...player.unplayed().map((request): TestFailure => ({
      what: 'tape',
      message: `"${nameOf(request)}" is on the tape, and was not sent`,
      at: ['tape'],
      expected: request as unknown as Json,
    })),
  ];
}

function missFailures({ misses }: Player): TestFailure[] {
  return misses.map(({ request, shown, nearest, spent }) => ({
    what: 'request',
    message: spent
      ? `"${nameOf(request)}" is sent more often than it was recorded`
      : `nobody answers "${nameOf(request)}"`,
    at: [],
    ...(nearest === undefined || spent ? {} : { expected: nearest }),
    actual: shown,
  }));
}

function outcomeFailures(test: TestCase, tape: Tape | undefined, outcome: Outcome): TestFailure[] {
  const wanted = expectedError(test, tape);
  const { error } = outcome;
  if (wanted !== undefined) {
    const actual = error as Json | undefined;
    if (actual === undefined) {
      const message = 'the run was to fail, and did not';
      return [
        {
          what: 'error',
          message,
          ...wanted,
          ...(outcome.output === undefined ? {} : { actual: outcome.output }),
        },
      ];
    }
    return differing('error', 'the run fails in another way', wanted, actual, 'part');
  }
  if (error !== undefined) return [{ what: 'error', message: `${error.code}: ${error.message}`, at: [] }];
  const failures: TestFailure[] = [];
  const { output = null } = outcome;
  const differs = 'the output is another';
  if (test.output !== undefined) {
    failures.push(...differing('output', differs, { expected: test.output, at: ['output'] }, output, 'all'));
  }
  if (test.outputContains !== undefined) {
    const expected = { expected: test.outputContains, at: ['outputContains'] };
    failures.push(...differing('output', differs, expected, output, 'part'));
  }
  const says = test.output !== undefined || test.outputContains !== undefined;
  if (!says && tape !== undefined) {
    const expected = { expected: tape.output ?? null, at: ['tape'] };
    failures.push(...differing('output', 'the output is another than was recorded', expected, output, 'all'));
  }
  return failures;
}

function expectedError(test: TestCase, tape: Tape | undefined): { expected: Json; at: JsonPath } | undefined {
  if (test.error !== undefined) return { expected: test.error as Json, at: ['error'] };
  const says = test.output !== undefined || test.outputContains !== undefined;
  if (says || tape?.error === undefined) return undefined;
  return { expected: { ...tape.error }, at: ['tape'] };
}

function requestFailures({ requests }: TestCase, sent: readonly TapeRequest[]): TestFailure[] {
  if (requests === undefined) return [];
  const failures: TestFailure[] = [];
  for (const [index, given] of requests.entries()) {
    const pattern = patternOf(given);
    const request = sent[index];
    const at = ['requests', index];
    if (request === undefined) {
      const message = `request ${index + 1} was not sent`;
      failures.push({ what: 'requests', message, at, expected: pattern as Json });
    } else if (!fitsPattern(request, pattern)) {
      const actual = partsOf(request, pattern);
      const expected = aligned(pattern as Json, actual, 'part', ['body']) ?? null;
      failures.push({ what: 'requests', message: `request ${index + 1} is another`, at, expected, actual });
    }
  }
  for (const request of sent.slice(requests.length)) {
    const message = `"${nameOf(request)}" is sent, and not expected`;
    failures.push({ what: 'requests', message, at: ['requests'], actual: request as unknown as Json });
  }
  return failures;
}

function differing(
  what: TestFailure['what'],
  message: string,
  { expected, at }: { expected: Json; at: JsonPath },
  actual: Json,
  extent: Extent,
): TestFailure[] {
  const wanted = aligned(expected, actual, extent) ?? null;
  return same(wanted, actual) ? [] : [{ what, message, at, expected: wanted, actual }];
}

function nameOf({ method, url }: TapeRequest): string {
  const { pathname, search } = new URL(url);
  return `${method} ${pathname}${search}`;
}
