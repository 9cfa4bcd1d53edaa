import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { authContext } from './auth-context.js';
import { alone } from './connection-lock.js';
import {
  lastSecrets,
  nextSecrets,
  rememberSecrets,
  secretsFor,
  type Account,
  type StoredSecrets,
} from './connection-secrets.js';
import type { Engine } from './engine.js';
import { secretVariables } from './env-connections.js';
import { findAuth, usableIntegration } from './integration.js';
import { refreshShared, saveUnsaved } from './refresh-alone.js';
import { cannotRefresh, grantEnded, isDisconnected } from './refresh-errors.js';
import { isDue, isOver, refreshesOf, refreshState } from './refresh-state.js';

const restMs = 10_000;

/**
 * The credentials to use now: refreshed where they are about to end. A refresh that fails while they still work
 * is a warning, and tried again later. Rejects with `auth/…` where they have ended and cannot be refreshed.
 */
export async function freshSecrets(
  engine: Engine,
  account: Account,
  signal: AbortSignal,
): Promise<StoredSecrets> {
  const { connection, integration, auth } = account;
  const state = refreshState(engine, connection.id);
  const secrets =
    state.unsaved?.secrets ??
    lastSecrets(engine, connection) ??
    (await secretsFor(engine, connection, integration, auth));
  const now = engine.ports.clock.now();
  const isFinal = auth.type.refresh === undefined || state.final === secrets.generation;
  if (state.unsaved === undefined && (isFinal || !isDue(secrets, now))) return secrets;
  if (!isOver(secrets, now) && now < state.restUntil) return secrets;
  try {
    return (await renew(engine, account, { signal })) ?? secrets;
  } catch (error) {
    if (signal.aborted || isOver(secrets, now) || !(error instanceof MembraneError)) throw error;
    if (error.key === 'connection_is_defunct' || error.code === 'connection/unknown') throw error;
    state.restUntil = engine.ports.clock.now() + restMs;
    const message = `"${connection.key}" could not be refreshed ahead of time: ${error.message}`;
    engine.emit({ type: 'warning', message });
    return state.unsaved?.secrets ?? secrets;
  }
}

/** Other credentials than those that were refused; undefined where there can be none. */
export async function renewSecrets(
  engine: Engine,
  account: Account,
  refused: StoredSecrets,
  signal: AbortSignal,
): Promise<StoredSecrets | undefined> {
  const { unsaved, final } = refreshState(engine, account.connection.id);
  if (unsaved !== undefined && unsaved.secrets.generation !== refused.generation) return unsaved.secrets;
  if (account.auth.type.refresh === undefined || final === refused.generation) return undefined;
  return renew(engine, account, { refused, signal });
}

/** New credentials although the old ones may still work. Gives the connection as it is then. */
export async function refreshCredentials(
  engine: Engine,
  connection: Connection,
  signal: AbortSignal,
): Promise<Connection> {
  if (connection.disconnected) throw isDisconnected(connection);
  const integration = await usableIntegration(engine, connection.integrationKey);
  const auth = findAuth(engine, integration, connection.authOptionKey);
  const secrets = await secretsFor(engine, connection, integration, auth);
  const next = await renewSecrets(engine, { connection, integration, auth }, secrets, signal);
  if (next === undefined) throw cannotRefresh(connection);
  return (await engine.ports.connections.get(engine.tenant, connection.id)) ?? connection;
}

/** Before a process ends: lets refreshes end, and stores what could not be stored before. */
export async function finishRefreshes(engine: Engine): Promise<void> {
  const { flights, states } = refreshesOf(engine);
  await flights.settled();
  for (const [id, { unsaved }] of states) {
    if (unsaved === undefined) continue;
    try {
      await alone(engine, id, (lock) => saveUnsaved(engine, id, lock));
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      const message = `new credentials were lost, because they could not be stored: ${error.message}`;
      engine.emit({ type: 'warning', message });
    }
  }
}

/** One flight for all of this process that want credentials: other than `refused`, or such as are not about to end. */
async function renew(
  engine: Engine,
  account: Account,
  { refused, signal }: { refused?: StoredSecrets; signal: AbortSignal },
): Promise<StoredSecrets | undefined> {
  const { id, secrets } = account.connection;
  for (;;) {
    const result = await refreshesOf(engine).flights.join(id, signal, (nobodyWaits) =>
      secrets === 'env'
        ? refreshInMemory(engine, account, refused)
        : refreshShared(engine, account, { refused, signal: nobodyWaits }),
    );
    // Who joined a flight that somebody else began may get what was refused already.
    if (result === undefined || result.generation !== refused?.generation) return result;
  }
}

/** Variables cannot be written: what was made of them is made new for this process only. */
async function refreshInMemory(
  engine: Engine,
  account: Account,
  refused: StoredSecrets | undefined,
): Promise<StoredSecrets | undefined> {
  const { connection, integration, auth } = account;
  const before = await secretsFor(engine, connection, integration, auth);
  const isGood = !isDue(before, engine.ports.clock.now());
  if (isGood && before.generation !== refused?.generation) return before;
  const { parameters } = before;
  const { signal } = new AbortController();
  const context = authContext(engine, {
    integration,
    auth,
    parameters,
    signal,
    connectionKey: connection.key,
  });
  try {
    const issued = await auth.type.refresh?.(context, auth.value, before.credentials);
    if (issued === undefined) {
      refreshState(engine, connection.id).final = before.generation;
      return undefined;
    }
    const credentials = { ...before.credentials, ...issued.credentials };
    const next = nextSecrets(engine, before, { ...issued, credentials, parameters });
    rememberSecrets(engine, connection, next);
    return next;
  } catch (error) {
    if (!(error instanceof MembraneError) || error.code !== 'auth/invalid-grant') throw error;
    const variables = secretVariables(engine, connection.key, connection.integrationKey);
    throw grantEnded(connection, error, `set new values: ${variables}`);
  }
}
