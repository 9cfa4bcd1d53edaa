import type { Issued } from '../core/auth.js';
import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import type { Lock } from '../core/ports.js';
import { authContext } from './auth-context.js';
import { alone } from './connection-lock.js';
import { redactorOf } from './connection-redactor.js';
import {
  lastSecrets,
  nextSecrets,
  readSecrets,
  recordOf,
  rememberSecrets,
  requireSecrets,
  writeSecrets,
  type Account,
  type StoredSecrets,
} from './connection-secrets.js';
import type { Engine } from './engine.js';
import { findAuth } from './integration.js';
import { writeAttempt } from './log.js';
import { disconnectedCause } from './alert-judge.js';
import { raiseAlert } from './alerts.js';
import { tellingOf } from './notices.js';
import {
  cannotStore,
  grantEnded,
  isDeleted,
  isDisconnected,
  issuedNothing,
  refreshLost,
} from './refresh-errors.js';
import { clearIntent, readIntent, writeIntent } from './refresh-intent.js';
import { isDue, refreshState } from './refresh-state.js';
import { timeLimit } from './time-limit.js';

export interface Wish {
  /** Credentials that the API refused: others are wanted. */
  readonly refused: StoredSecrets | undefined;
  /** Says that nobody wants them any more. */
  readonly signal: AbortSignal;
}

/** How long a secret store that does not take new credentials is tried again, in milliseconds. */
const writePausesMs = [0, 500, 1_000, 2_000];

/** One refresh among all processes: under the lock of the connection, and logged when something was sent. */
export async function refreshShared(
  engine: Engine,
  account: Account,
  wish: Wish,
): Promise<StoredSecrets | undefined> {
  const { id, key, integrationKey: integration } = account.connection;
  // Longer than the one who holds the lock may take.
  const waitMs = engine.project.config.limits.actionMs + 15_000;
  let started: number | undefined;
  const note = async (error?: unknown): Promise<void> => {
    if (started === undefined) return;
    await writeAttempt(engine, { action: 'refresh', connection: key, id, integration, started, error });
  };
  try {
    const work = (lock: Lock) =>
      refreshAlone(engine, account, wish, lock, () => (started = engine.ports.clock.now()));
    const result = await alone(engine, id, work, { waitMs, signal: wish.signal });
    if (result !== undefined) await note();
    return result;
  } catch (error) {
    await note(error);
    throw error;
  }
}

/** Look again → still stale? → say what is about to be done → ask → write → use. */
async function refreshAlone(
  engine: Engine,
  account: Account,
  { refused, signal }: Wish,
  lock: Lock,
  onSend: () => void,
): Promise<StoredSecrets | undefined> {
  const { id } = account.connection;
  const state = refreshState(engine, id);
  if (state.unsaved !== undefined) await saveUnsaved(engine, id, lock);
  const connection = await engine.ports.connections.get(engine.tenant, id);
  if (connection?.id !== id) throw isDeleted(account.connection);
  if (connection.disconnected) throw isDisconnected(connection);
  const stored = await requireSecrets(engine, connection);
  const isGood = !isDue(stored, engine.ports.clock.now());
  if (isGood && stored.generation !== refused?.generation) return adopt(engine, connection, stored);
  const { generation } = stored;
  const inDoubt = (await readIntent(engine, id)) === generation;
  signal.throwIfAborted();
  await writeIntent(engine, id, generation, lock);
  onSend();
  // From here on nobody can stop it: new tokens that nobody waits for would be lost.
  const auth = findAuth(engine, account.integration, connection.authOptionKey);
  const now = { ...account, connection, auth };
  let issued: Issued | undefined;
  try {
    issued = await ask(engine, now, stored);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    return refusedBy(engine, now, { error: redacted(now, stored, error), stored, inDoubt, lock });
  }
  if (issued === undefined) {
    if (!inDoubt) await clearIntent(engine, id, lock);
    state.final = generation;
    return undefined;
  }
  const credentials = { ...stored.credentials, ...issued.credentials };
  const secrets = nextSecrets(engine, stored, { ...issued, credentials, parameters: stored.parameters });
  state.unsaved = { over: generation, secrets };
  for (const message of issued.warnings ?? []) engine.emit({ type: 'warning', message });
  return commit(engine, connection, lock);
}

/** Bounded in time, and by nothing that the one who wanted it does. */
async function ask(engine: Engine, account: Account, secrets: StoredSecrets): Promise<Issued | undefined> {
  const { connection, integration, auth } = account;
  const limit = timeLimit(engine, `the refresh of "${connection.key}"`, undefined);
  const { signal } = limit;
  const context = authContext(engine, {
    integration,
    auth,
    parameters: secrets.parameters,
    signal,
    connectionKey: connection.key,
  });
  try {
    return await limit.race(auth.type.refresh?.(context, auth.value, secrets.credentials));
  } finally {
    limit.end();
  }
}

/** The error goes to a log, and to `connections.json`. */
function redacted(
  { integration, auth }: Account,
  secrets: StoredSecrets,
  error: MembraneError,
): MembraneError {
  const { redact, redactValue } = redactorOf(secrets, auth, integration);
  const { code, message, hint, data } = error;
  const facts = { hint: hint === undefined ? undefined : redact(hint), data: redactValue(data) };
  return new MembraneError(code, redact(message), { ...error, ...facts, cause: error.cause });
}

interface Refusal {
  readonly error: MembraneError;
  readonly stored: StoredSecrets;
  /** A refresh of the same credentials was begun before, and nobody knows how it ended. */
  readonly inDoubt: boolean;
  readonly lock: Lock;
}

/** Only a grant that is dead ends a connection, and only when nobody has put other credentials there. */
async function refusedBy(engine: Engine, account: Account, refusal: Refusal): Promise<StoredSecrets> {
  const { connection } = account;
  const { error, stored, inDoubt, lock } = refusal;
  const { id } = connection;
  if (error.code !== 'auth/invalid-grant') {
    if (issuedNothing(error) && !inDoubt) await clearIntent(engine, id, lock);
    throw error;
  }
  const again = await requireSecrets(engine, connection);
  if (JSON.stringify(again) !== JSON.stringify(stored)) {
    await clearIntent(engine, id, lock);
    return adopt(engine, connection, again);
  }
  // Tells whether the lock is still ours.
  await writeIntent(engine, id, stored.generation, lock);
  const verdict = (inDoubt ? refreshLost : grantEnded)(connection, error);
  const disconnected = await tellingOf(engine, 'disconnected', { ...connection, disconnected: true }, () =>
    engine.ports.connections.update(engine.tenant, id, {
      state: 'CLIENT_ACTION_REQUIRED',
      disconnected: true,
      error: { code: verdict.code, message: verdict.message },
      nextCredentialsRefreshAt: undefined,
      updatedAt: engine.ports.clock.now(),
    }),
  );
  if (disconnected !== undefined) await raiseAlert(engine, disconnectedCause(disconnected));
  await clearIntent(engine, id, lock);
  throw verdict;
}

/** Stores what was issued before anybody uses it, with patience for a keychain that was just locked. */
async function commit(engine: Engine, connection: Connection, lock: Lock): Promise<StoredSecrets> {
  const { id } = connection;
  const save = async (held: Lock): Promise<StoredSecrets> => {
    const saved = await saveUnsaved(engine, id, held);
    if (saved === undefined) throw isDeleted(connection);
    return saved;
  };
  for (const [tries, pauseMs] of writePausesMs.entries()) {
    if (pauseMs > 0) await engine.ports.clock.sleep(pauseMs);
    try {
      return await save(lock);
    } catch (error) {
      if (!(error instanceof MembraneError) || error.code === 'connection/unknown') throw error;
      // Held up for too long. Ours are still the newest there are, unless the next one has written newer ones.
      if (error.code === 'store/fence') return alone(engine, id, save);
      if (tries === writePausesMs.length - 1) throw cannotStore(connection, error);
    }
  }
  throw new Error('the last try gives or throws');
}

/**
 * Writes what was issued and not stored yet, unless somebody has written something newer. The fence is checked
 * right before the secret store, which has none, is written. Gives what is stored then; undefined where the
 * connection is gone.
 */
export async function saveUnsaved(
  engine: Engine,
  id: string,
  lock: Lock,
): Promise<StoredSecrets | undefined> {
  const state = refreshState(engine, id);
  const { unsaved } = state;
  if (unsaved === undefined) return lastSecrets(engine, { id });
  const connection = await engine.ports.connections.get(engine.tenant, id);
  const stored = connection?.id === id ? await readSecrets(engine, connection) : undefined;
  if (connection === undefined || stored?.generation !== unsaved.over) {
    delete state.unsaved;
    return connection === undefined || stored === undefined ? undefined : adopt(engine, connection, stored);
  }
  const { over, secrets } = unsaved;
  await writeIntent(engine, id, over, lock);
  await writeSecrets(engine, connection, secrets);
  delete state.unsaved;
  return settle(engine, connection, secrets, lock);
}

/** What is stored can be used: the record says so, and nothing is under way any more. */
async function settle(
  engine: Engine,
  connection: Connection,
  secrets: StoredSecrets,
  lock: Lock,
): Promise<StoredSecrets> {
  const { id } = connection;
  try {
    const record = await engine.ports.connections.update(engine.tenant, id, {
      ...recordOf(secrets),
      updatedAt: engine.ports.clock.now(),
      state: 'READY',
      disconnected: false,
      error: undefined,
    });
    rememberSecrets(engine, record ?? connection, secrets);
    await clearIntent(engine, id, lock);
  } catch (error) {
    // The credentials are where they belong; whoever reads them next puts the record right.
    if (!(error instanceof MembraneError)) throw error;
    rememberSecrets(engine, connection, secrets);
    engine.emit({
      type: 'warning',
      message: `that "${connection.key}" was refreshed could not be noted: ${error.message}`,
    });
  }
  return secrets;
}

/** Takes what somebody else has written. */
async function adopt(engine: Engine, connection: Connection, secrets: StoredSecrets): Promise<StoredSecrets> {
  const isNoted = connection.generation === secrets.generation || secrets.generation === 0;
  const record = isNoted
    ? connection
    : await engine.ports.connections.update(engine.tenant, connection.id, {
        ...recordOf(secrets),
        updatedAt: engine.ports.clock.now(),
      });
  rememberSecrets(engine, record ?? connection, secrets);
  return secrets;
}
