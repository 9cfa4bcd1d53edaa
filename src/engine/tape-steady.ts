import type { Json } from '../core/json.js';
import type { Tape, TapeRequest, TapeResponse } from '../core/tape.js';
import { decoded } from './tape-request.js';
import { mapParts } from './tape-texts.js';

/** A value, and what stands for it. */
export type StandIns = ReadonlyMap<string, string>;

interface Exchange {
  readonly request: TapeRequest;
  readonly response: TapeResponse;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

/** So far from the time of the recording a time in an answer was made by it. */
const nearMs = 10 * 60_000;

/**
 * What stands for the values of fields that differ with every recording, in the order in which they came. What the test
 * itself gives in `input` differs with none: the run takes it from there again.
 */
export function volatileStandIns(
  exchanges: readonly Exchange[],
  names: readonly string[],
  time: string,
  input: Json = null,
): StandIns {
  const given = new Set<string>();
  mapParts(input, (part) => {
    given.add(String(part));
    return part;
  });
  const standIns = new Map<string, string>();
  const counts = new Map<string, number>();
  const note = (part: string | number, name: string | undefined) => {
    const value = String(part);
    if (name === undefined || !names.includes(name) || standIns.has(value) || given.has(value)) return part;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const other = /^\d+$/.test(value) ? String(1000 + count) : `${name}-${count}`;
    standIns.set(value, instant.test(value) ? time : other);
    return part;
  };
  for (const { response } of exchanges) mapParts(response.body, note);
  return standIns;
}

export interface Steadying {
  /** Names of fields that differ with every recording. */
  readonly names: readonly string[];
  readonly standIns: StandIns;
  /** Where the clock stood. */
  readonly time: number;
  /** Where it is to have stood. */
  readonly to: number;
}

/** The same tape with stand-ins for what differs with every recording: declared fields, and the time. */
export function steadied(tape: Tape, { names, standIns, time, to }: Steadying): Tape {
  const { time: stays, connection, seed, ...rest } = tape;
  const moved = clockMover(time, to);
  const near = (text: string) => instant.test(text) && Math.abs(Date.parse(text) - time) < nearMs;
  const told = new Set<string>();
  for (const { response } of rest.exchanges) {
    mapParts(response, (part) => (typeof part === 'string' && near(part) ? told.add(part) : part));
  }
  /** In a response only where it is declared: elsewhere the same number means something else. */
  const changeWith =
    (names: readonly string[] | undefined) => (part: string | number, name: string | undefined) => {
      const isMeant = names === undefined || (name !== undefined && names.includes(name));
      const known = isMeant ? standIns.get(String(part)) : undefined;
      if (known !== undefined) return typeof part === 'number' ? Number(known) : known;
      if (typeof part === 'number') return moved(part);
      if (names === undefined ? told.has(part) : near(part)) return stays;
      return name === 'url' ? moved(withinAddress(part, standIns)) : moved(part);
    };
  const [anywhere, declared] = [changeWith(undefined), changeWith(names)];
  const exchanges = rest.exchanges.map(({ request, response }) => ({
    request: mapParts(request, anywhere) as TapeRequest,
    response: mapParts(response, declared) as TapeResponse,
  }));
  const ending = mapParts({ output: rest.output, error: rest.error }, anywhere) as Pick<
    Tape,
    'output' | 'error'
  >;
  return {
    time: stays,
    ...(connection === undefined ? {} : { connection }),
    ...(seed === undefined ? {} : { seed }),
    exchanges,
    ...(ending.output === undefined ? {} : { output: ending.output }),
    ...(ending.error === undefined ? {} : { error: ending.error }),
  };
}

/** What an address is made of: parts of its path, and values of its parameters. */
function withinAddress(address: string, standIns: StandIns): string {
  return address.replace(/(?<=[/=])[^/?&=#]+/g, (part) => standIns.get(decoded(part)) ?? part);
}

/** The time of the recording in the forms in which it is sent, set to another. */
function clockMover(time: number, to: number): <T extends string | number>(part: T) => T {
  if (time === to) return (part) => part;
  const [was, is] = [time, to].map((one) => new Date(one).toISOString().slice(0, 19)) as [string, string];
  const [wasSeconds, isSeconds] = [time, to].map((one) => String(Math.floor(one / 1000))) as [string, string];
  const move = (text: string) => text.replaceAll(was, is).replaceAll(wasSeconds, isSeconds);
  return (part) => (typeof part === 'number' ? Number(move(String(part))) : move(part)) as typeof part;
}
