import { MembraneError } from '../core/error.js';
import type { CallbackListener } from '../core/callbacks.js';
import type { AuthBinding } from './auth-context.js';
import type { Engine } from './engine.js';

/** What a provider sends a person back with. */
export type Query = Readonly<Record<string, string>>;

/** How a protocol asks for a person's agreement. */
export interface Question {
  /** Where the person goes, once it is known where they come back to. */
  address(redirectUri: string): string | Promise<string>;
  /** Whether a request to the redirect URI is an answer at all. */
  isAnswer(query: Query): boolean;
  /** What a pasted text is that is no address. */
  bareAnswer(text: string): Query;
  /** Throws a MembraneError for an answer that is not the one asked for, or is a no. */
  judge(query: Query): void;
}

const defaultTimeoutMs = 5 * 60_000;

/**
 * Sends a person to a provider, and waits for the answer: it comes by the callback, or is pasted. Rejects with
 * `auth/timeout` when neither happens. The callback is listened for no longer than this takes.
 */
export async function askConsent(
  engine: Engine,
  { integration, signal, consent }: AuthBinding,
  question: Question,
): Promise<{ redirectUri: string; query: Query }> {
  if (consent === undefined) throw nobody(integration.key);
  const { clock, callbacks } = engine.ports;
  const { promise: arrived, resolve } = deferred<Query>();
  const fixed = integration.integration.value['oAuthCallbackUri'];
  const wanted = typeof fixed === 'string' && fixed !== '' ? fixed : undefined;
  const listening = callbacks.listen(wanted, (query) => {
    if (!question.isAnswer(query)) return undefined;
    resolve(query);
    return pageFor(integration.name, () => question.judge(query));
  });
  const { listener, taken } = await orPasted(
    engine,
    listening,
    consent.pastes === true && wanted !== undefined,
  );
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  /** A slip in what was pasted ends nothing where a person can be asked again; undefined: nobody answers any more. */
  const readOrAskAgain = async (text: string, asked: string): Promise<Query | undefined> => {
    for (let given: string | undefined = text; given !== undefined;) {
      try {
        const query = readPasted(given, question, asked);
        question.judge(query);
        return query;
      } catch (error) {
        const isSlip = error instanceof MembraneError && error.code === 'auth/callback';
        if (!isSlip || consent.again === undefined) throw error;
        given = await consent.again(error, either);
      }
    }
    return undefined;
  };
  try {
    const redirectUri = listener?.redirectUri ?? wanted ?? '';
    const timeoutMs = consent.timeoutMs ?? defaultTimeoutMs;
    const visit = {
      url: await question.address(redirectUri),
      redirectUri,
      listening: listener !== undefined,
      until: clock.now() + timeoutMs,
    };
    const pasted = consent.visit(visit, either).then(async (text) => {
      const query = text === undefined ? undefined : await readOrAskAgain(text, visit.url);
      if (query !== undefined) return query;
      if (visit.listening) return arrived;
      if (taken !== undefined) throw taken;
      throw new MembraneError(
        'auth/callback',
        `the answer goes to "${redirectUri}", and nobody can paste it here`,
        {
          hint: 'paste the address that the browser ends at on standard input, or set "oAuthCallbackUri" to http://127.0.0.1:PORT/PATH',
        },
      );
    });
    const late = tooLate(engine, { started: clock.now(), timeoutMs }, either);
    const query = await Promise.race([arrived, pasted, late]);
    question.judge(query);
    return { redirectUri, query };
  } finally {
    ended.abort();
    await listener?.close();
  }
}

/** Where the answer is pasted, nobody need listen: another program at the port is no obstacle. */
async function orPasted(
  engine: Engine,
  listening: Promise<CallbackListener | undefined>,
  pastes: boolean,
): Promise<{ listener?: CallbackListener | undefined; taken?: MembraneError }> {
  try {
    return { listener: await listening };
  } catch (error) {
    if (!pastes || !(error instanceof MembraneError) || error.code !== 'auth/port') throw error;
    engine.emit({ type: 'warning', message: `${error.message}: only what is pasted here is an answer` });
    return { taken: error };
  }
}

/** Rejects with `auth/timeout` when a person has had the time that they may take. */
export async function tooLate(
  { ports: { clock } }: Engine,
  { started, timeoutMs }: { readonly started: number; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<never> {
  await clock.sleep(Math.max(0, started + timeoutMs - clock.now()), signal);
  throw new MembraneError('auth/timeout', `no answer came within ${Math.round(timeoutMs / 1000)} s`, {
    hint: 'connect again; --timeout SECONDS waits longer',
  });
}

/** The address that the browser ended at, its query, or nothing but the code. */
function readPasted(text: string, question: Question, asked: string): Query {
  const pasted = text.trim();
  const isUrl = /^https?:\/\//i.test(pasted) && URL.canParse(pasted);
  if (isUrl && URL.canParse(asked) && pageOf(pasted) === pageOf(asked)) {
    throw new MembraneError('auth/callback', 'what was pasted is the address where you agree', {
      hint: 'open it, agree, and paste the address that the browser ends at',
    });
  }
  const query = isUrl
    ? new URL(pasted).search
    : /^\??[\w.]+=/.test(pasted) && pasted.includes('&')
      ? pasted
      : undefined;
  if (query === undefined && pasted !== '' && !/\s/.test(pasted)) return question.bareAnswer(pasted);
  const found = Object.fromEntries(new URLSearchParams(query ?? ''));
  if (question.isAnswer(found)) return found;
  throw new MembraneError('auth/callback', 'what was pasted holds no answer of the provider', {
    hint: 'paste the whole address that the browser ends at, after you have agreed',
  });
}

/** An address without what is asked there. */
function pageOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

function pageFor(app: string, judge: () => void) {
  try {
    judge();
    const text = `membrane goes on in the terminal. You can close this window.`;
    return { ok: true, title: `${app} has answered`, text };
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const text = `${error.message}. Nothing was saved. You can close this window.`;
    return { ok: false, title: `${app} is not connected`, text };
  }
}

export function nobody(integration: string): MembraneError {
  return new MembraneError('auth/unsupported', 'a person has to agree, and nobody can be asked here', {
    hint: `connect it in a terminal: membrane connect ${integration}`,
  });
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
