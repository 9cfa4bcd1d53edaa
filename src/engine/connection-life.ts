import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { formatRef } from '../core/ref.js';
import { authContext } from './auth-context.js';
import { authFunction } from './auth-function.js';
import { authVariables, bindClient } from './bound-client.js';
import { checkKey } from './connection-key.js';
import { alone } from './connection-lock.js';
import { removeSecrets, requireSecrets } from './connection-secrets.js';
import { findConnection, listConnections, unknownConnection } from './connections.js';
import type { Engine } from './engine.js';
import { callFunction } from './functions.js';
import { endHooks } from './hook-life.js';
import { forgetInstances } from './instances-stored.js';
import { findAuth, usableIntegration } from './integration.js';
import { forgetActivity } from './last-active.js';
import { forgetLinks } from './links.js';
import { attempt } from './log.js';
import { tellingOf } from './notices.js';
import { freshSecrets, refreshCredentials } from './refresh.js';

/** New credentials for a connection although the old ones may still work. */
export async function refreshConnection(
  engine: Engine,
  key: string,
  signal: AbortSignal,
): Promise<Connection> {
  return refreshCredentials(engine, await findConnection(engine, key), signal);
}

export interface RenameOptions {
  readonly key: string;
  /** What people call it; stays where it is not given. */
  readonly name?: string | undefined;
}

/**
 * Gives a connection another key. Its id stays, and with it its secrets and all that belongs to it. `orphans`:
 * elements of the project that are written for the old key, and apply to it no more.
 */
export async function renameConnection(
  engine: Engine,
  key: string,
  to: RenameOptions,
): Promise<{ connection: Connection; orphans: string[] }> {
  const before = await findConnection(engine, key);
  refuseEnv(before);
  const { id, integrationKey: integration } = before;
  const bearer = { id, key: to.key, integrationKey: integration };
  checkKey(bearer, []);
  const connection = await attempt(
    engine,
    { action: 'rename', connection: before.key, id, integration },
    () =>
      alone(engine, id, async () => {
        checkKey(bearer, await refuseTaken(engine, bearer));
        const updatedAt = engine.ports.clock.now();
        const change = { key: to.key, updatedAt, ...(to.name === undefined ? {} : { name: to.name }) };
        const changed = await engine.ports.connections.update(engine.tenant, id, change);
        if (changed === undefined) throw await gone(engine, before.key);
        return changed;
      }),
  );
  return { connection, orphans: before.key === to.key ? [] : elementsOf(engine, before.key) };
}

/** Gives the other connections, none of which has the key. */
async function refuseTaken(engine: Engine, { id, key }: { id: string; key: string }): Promise<Connection[]> {
  const others = (await listConnections(engine)).filter((one) => one.id !== id);
  if (!others.some((one) => one.key === key)) return others;
  throw new MembraneError('connection/exists', `a connection "${key}" exists`, {
    hint: `choose another key, or delete that one first: membrane connection delete ${key}`,
  });
}

/** What is written for a connection in its folder of the project. */
function elementsOf({ project, kinds, tenant }: Engine, connection: string): string[] {
  return kinds.flatMap((kind) => {
    const all = project.list(kind.name).filter(({ ref }) => ref.connection === connection);
    const own = all.filter(
      ({ ref }) => project.resolve(kind.name, ref.key, { connection, tenant }) !== undefined,
    );
    return own.map(({ ref }) => formatRef(ref));
  });
}

export interface RemoveOptions {
  /** Forget it here also where the external app cannot be told. */
  readonly force?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface RemovedConnection extends Connection {
  /**
   * What became of a person's agreement: it was ended, or the provider offers no way to end it, or it was left as it
   * is. Absent where there was none, or it was dead already.
   */
  readonly grant?: 'ended' | 'unending' | 'left';
}

/**
 * Ends the grant at the external app, then forgets a connection: its secrets first, so that none is ever left
 * without a name. Rejects with `connection/revoke`, and leaves all as it is, where the grant cannot be ended.
 */
export async function removeConnection(
  engine: Engine,
  key: string,
  { force = false, signal }: RemoveOptions,
): Promise<RemovedConnection> {
  const connection = await findConnection(engine, key);
  refuseEnv(connection);
  const { id, integrationKey: integration } = connection;
  return attempt(engine, { action: 'delete', connection: connection.key, id, integration }, async () => {
    await freshen(engine, connection, signal);
    await endHooks(engine, { connection: id, signal });
    return alone(engine, id, async () => {
      const current = await engine.ports.connections.get(engine.tenant, id);
      if (current?.id !== id) throw await gone(engine, connection.key);
      const grant = await endGrant(engine, current, { force, signal });
      await removeSecrets(engine, current);
      await tellingOf(engine, 'deleted', current, async () => {
        await engine.ports.connections.remove(engine.tenant, id);
        return current;
      });
      await forgetActivity(engine, id);
      await forgetLinks(engine, id);
      await forgetInstances(engine, id);
      return { ...current, ...(grant === undefined ? {} : { grant }) };
    });
  });
}

/** A function that disconnects needs credentials that work. Whether they do is seen when it is called. */
async function freshen(engine: Engine, connection: Connection, signal: AbortSignal): Promise<void> {
  if (connection.disconnected) return;
  try {
    const integration = await usableIntegration(engine, connection.integrationKey);
    const auth = findAuth(engine, integration, connection.authOptionKey);
    if (authFunction(auth, 'disconnect') === undefined) return;
    await freshSecrets(engine, { connection, integration, auth }, signal);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
  }
}

/** A grant that is dead, or whose secrets are lost, need not or cannot be ended: that stops nobody. */
async function endGrant(
  engine: Engine,
  connection: Connection,
  { force, signal }: Required<RemoveOptions>,
): Promise<RemovedConnection['grant']> {
  try {
    return await revoke(engine, connection, signal);
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
    const { key } = connection;
    const message = `the grant of "${key}" could not be ended at the external app: ${error.message}`;
    if (force || connection.disconnected || error.code === 'secrets/corrupt') {
      engine.emit({ type: 'warning', message });
      return connection.disconnected ? undefined : 'left';
    }
    throw new MembraneError('connection/revoke', message, {
      hint: `nothing was deleted; to forget it here all the same: membrane connection delete ${key} --force`,
      cause: error,
      class: error.class,
      key: error.key,
      data: error.data,
    });
  }
}

/** What the connector does to disconnect, and what the protocol has for it. */
async function revoke(
  engine: Engine,
  connection: Connection,
  signal: AbortSignal,
): Promise<RemovedConnection['grant']> {
  const integration = await usableIntegration(engine, connection.integrationKey);
  const auth = findAuth(engine, integration, connection.authOptionKey);
  const disconnect = authFunction(auth, 'disconnect');
  const isGranted = auth.type.redirects === true;
  if (disconnect === undefined && auth.type.revoke === undefined) return isGranted ? 'unending' : undefined;
  const secrets = await requireSecrets(engine, connection);
  if (disconnect !== undefined) {
    const { client } = bindClient(engine, {
      integration,
      auth,
      secrets,
      signal,
      connectionId: connection.id,
    });
    const variables = authVariables(integration, secrets);
    await callFunction(engine, { ...disconnect, variables, client, signal });
  }
  const { key: connectionKey } = connection;
  const { parameters } = secrets;
  const context = authContext(engine, { integration, auth, parameters, signal, connectionKey });
  const ended = (await auth.type.revoke?.(context, auth.value, secrets.credentials)) ?? false;
  if (!isGranted) return undefined;
  return ended || disconnect !== undefined ? 'ended' : 'unending';
}

function refuseEnv({ key, secrets }: Connection): void {
  if (secrets !== 'env') return;
  throw new MembraneError('secrets/read-only', `the connection "${key}" comes from environment variables`, {
    hint: 'unset its MEMBRANE_SECRET_ variables',
  });
}

/** Somebody else deleted it meanwhile. */
async function gone(engine: Engine, key: string): Promise<MembraneError> {
  const all = await listConnections(engine);
  return unknownConnection(
    key,
    all.map((one) => one.key),
  );
}
