import { MembraneError } from '../core/error.js';
import type { Consent, DeviceCode, Visit } from '../core/oauth.js';
import { hasBrowser, openBrowser } from './browser.js';
import { flag, text, type Option, type Options } from './command.js';
import type { Session } from './session.js';

/** How a person agrees at the external app. */
export const consentOptions: readonly Option[] = [
  {
    flags: '--no-browser',
    summary: 'print the address of the consent page, and take what it answers pasted',
  },
  { flags: '--device', summary: 'consent on another device, with a code' },
  { flags: '--timeout <seconds>', summary: 'how long consent is waited for; default: 300' },
];

/** The person at this terminal. Everything is said on stderr, since stdout is for the result. */
export function consentOf(session: Session, options: Options): Consent {
  const wantsBrowser = options['browser'] !== false;
  const canOpen = hasBrowser(session.io.env);
  return {
    way: flag(options, 'device') ? 'device' : wantsBrowser && !canOpen ? 'either' : 'browser',
    ...timeout(options),
    pastes: !(wantsBrowser && canOpen),
    ...(session.prompts === undefined
      ? {}
      : { again: (problem, signal) => askAgain(session, problem, signal) }),
    visit: (visit, signal) => sendThere(session, visit, wantsBrowser && canOpen, signal),
    showCode: (code, signal) => showCode(session, code, signal),
  };
}

function timeout(options: Options): { timeoutMs?: number } {
  const given = text(options, 'timeout');
  if (given === undefined) return {};
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 86_400) return { timeoutMs: seconds * 1000 };
  throw new MembraneError('usage/argument', `--timeout is "${given}", which is no number of seconds`, {
    hint: 'give one from 1 to 86400: --timeout 600',
  });
}

async function sendThere(
  session: Session,
  { url, redirectUri, listening, until }: Visit,
  opens: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { output } = session;
  const opened = opens && (await openBrowser(url, session.io.env));
  output.instruct(
    `${opened ? 'your browser opens; if it does not, go to' : 'go to this address and agree'}:\n\n  ${url}\n`,
  );
  if (opened && listening) {
    await output.progress(() => `waiting for your consent, ${left(until)} left`, aborted(signal));
    return undefined;
  }
  const where = listening ? `where it cannot reach ${redirectUri}, ` : '';
  output.instruct(`${where}paste the address that the browser ends at`);
  return session.prompts === undefined ? readLine(session.io.stdin, signal) : askFor(session, signal);
}

async function showCode(session: Session, code: DeviceCode, signal: AbortSignal): Promise<void> {
  const { userCode, url, completeUrl, until } = code;
  const direct = completeUrl === undefined ? '' : `\n  ${completeUrl}`;
  session.output.instruct(
    `on any device, go to\n\n  ${url}\n\nand type in the code  ${userCode}  (good for ${left(until)})${direct === '' ? '' : `; or go straight to\n${direct}`}\n`,
  );
  await session.output.progress(() => `waiting for your consent, ${left(until)} left`, aborted(signal));
}

/** `4:59` */
function left(until: number): string {
  const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function askFor(
  { prompts, signal: interrupt }: Session,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await prompts?.text('Address or code', { signal });
  } catch (error) {
    // the answer came another way
    if (signal.aborted && !interrupt.aborted) return undefined;
    throw error;
  }
}

async function askAgain(session: Session, problem: MembraneError, signal: AbortSignal) {
  const help = problem.hint === undefined ? '' : `; ${problem.hint}`;
  session.output.instruct(`${problem.message}${help}`);
  return askFor(session, signal);
}

/** One line without a terminal; undefined where there is none. */
async function readLine(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string | undefined> {
  if (stdin.readableEnded || stdin.destroyed || signal.aborted) return undefined;
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: stdin });
  const stop = () => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve).once('close', () => resolve(undefined));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
    stdin.pause(); // or the process would wait for the rest of it
  }
}
