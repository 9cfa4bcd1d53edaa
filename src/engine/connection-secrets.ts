import type { Issued } from '../core/auth.js';
import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { SecretAddress, Secrets } from '../core/ports.js';
import type { Engine } from './engine.js';
import { envSecrets } from './env-connections.js';
import type { Auth, Integration } from './integration.js';
import { forgetIntent } from './refresh-intent.js';

/** What is secret of a connection. */
export interface ConnectionSecrets {
  readonly credentials: JsonObject;
  readonly parameters: JsonObject;
}

/** The same as it is kept. Times are milliseconds since 1970, by the clock of this machine. */
export interface StoredSecrets extends ConnectionSecrets {
  /** Grows by one with every write; 0 is what nobody has counted yet. */
  readonly generation: number;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

/** A connection with all that is needed to make its credentials new. */
export interface Account {
  readonly connection: Connection;
  readonly integration: Integration;
  readonly auth: Auth;
}

/** Where the secrets of a connection lie. */
export type SecretPlace = Pick<Connection, 'id' | 'tenantKey' | 'secrets'>;

/** What was read, and how the public record of the connection stood then. */
const known = new WeakMap<Engine, Map<string, { stamp: string; secrets: StoredSecrets }>>();

/** The secrets of a connection. Asking the keychain takes milliseconds: it is asked when the record changed. */
export async function secretsFor(
  engine: Engine,
  connection: Connection,
  integration: Integration,
  auth: Auth,
): Promise<StoredSecrets> {
  const before = known.get(engine)?.get(connection.id);
  if (before?.stamp === stampOf(connection)) return before.secrets;
  const secrets =
    connection.secrets === 'env'
      ? await envSecrets(engine, { connection, integration, auth })
      : await requireSecrets(engine, connection);
  rememberSecrets(engine, connection, secrets);
  return secrets;
}

/** The newest that this process has seen, however old the record is that somebody holds. */
export function lastSecrets(engine: Engine, { id }: { readonly id: string }): StoredSecrets | undefined {
  return known.get(engine)?.get(id)?.secrets;
}

/** `connection`: the record as it stands after the secrets were written. */
export function rememberSecrets(engine: Engine, connection: Connection, secrets: StoredSecrets): void {
  const all = known.get(engine) ?? new Map<string, { stamp: string; secrets: StoredSecrets }>();
  known.set(engine, all);
  all.set(connection.id, { stamp: stampOf(connection), secrets });
}

/** Two changes may have the time of the same millisecond, but never the same generation. */
function stampOf({ generation = 0, updatedAt }: Connection): string {
  return `${generation}/${updatedAt}`;
}

/** What the secret store holds now; undefined where it has nothing. */
export async function readSecrets(engine: Engine, place: SecretPlace): Promise<StoredSecrets | undefined> {
  const store = await secretStore(engine, place);
  const entry = await store.read(address(place, 'credentials'));
  if (entry === undefined) return undefined;
  const { [besides]: facts, ...credentials } = entry;
  // The facts are an edge: we wrote them, and the secret store has authenticated them.
  if (isObject(facts)) return { credentials, ...(facts as unknown as Facts) };
  // An older entry: each part had its own then, and nothing said which two belong together.
  const parameters = (await store.read(address(place, 'parameters'))) ?? {};
  return { credentials, parameters, generation: 0 };
}

/** The same; rejects with `secrets/corrupt` where there is nothing. */
export async function requireSecrets(engine: Engine, connection: Connection): Promise<StoredSecrets> {
  const secrets = await readSecrets(engine, connection);
  if (secrets !== undefined) return secrets;
  const { key, integrationKey } = connection;
  const what = `the ${connection.secrets} has no credentials of the connection "${key}"`;
  throw new MembraneError('secrets/corrupt', what, {
    hint: `connect it again: membrane connect ${integrationKey} --key ${key} --reconnect`,
    class: 'connection',
  });
}

/**
 * Writes all that is secret of a connection at once: who is killed leaves the old or the new, never parameters
 * of the one with credentials of the other. Only for who holds the lock of the connection (`alone`), and
 * connects it: refreshes that were cut off are forgotten. Gives what was stored; the public record of the
 * connection takes over `recordOf` of it.
 */
export async function storeSecrets(
  engine: Engine,
  place: SecretPlace,
  issued: Pick<Issued, 'credentials' | 'expiresAt'> & Pick<ConnectionSecrets, 'parameters'>,
): Promise<StoredSecrets> {
  const before = await readSecrets(engine, place);
  const secrets = nextSecrets(engine, before, issued);
  await writeSecrets(engine, place, secrets);
  if (before?.generation === 0) await removeOldParameters(engine, place);
  await forgetIntent(engine, place);
  return secrets;
}

/** What follows on `before`, not stored yet. Some servers say 0 seconds and mean that they do not know. */
export function nextSecrets(
  engine: Engine,
  before: StoredSecrets | undefined,
  {
    credentials,
    parameters,
    expiresAt,
  }: Pick<Issued, 'credentials' | 'expiresAt'> & Pick<ConnectionSecrets, 'parameters'>,
): StoredSecrets {
  const issuedAt = engine.ports.clock.now();
  return {
    credentials,
    parameters,
    generation: (before?.generation ?? 0) + 1,
    issuedAt,
    ...(expiresAt !== undefined && expiresAt > issuedAt ? { expiresAt } : {}),
  };
}

export async function writeSecrets(
  engine: Engine,
  place: SecretPlace,
  { credentials, ...facts }: StoredSecrets,
): Promise<void> {
  const store = await secretStore(engine, place);
  await store.write(address(place, 'credentials'), { ...credentials, [besides]: facts });
}

/** Removes all that is secret of a connection from this store, and what is known of its refreshes. */
export async function removeSecrets(engine: Engine, place: SecretPlace): Promise<void> {
  const store = await secretStore(engine, place);
  await store.remove(address(place, 'credentials'));
  await store.remove(address(place, 'parameters'));
  await forgetIntent(engine, place);
  known.get(engine)?.delete(place.id);
}

/** What the public record of a connection says of its secrets. */
export function recordOf(secrets: StoredSecrets): {
  generation: number;
  nextCredentialsRefreshAt: number | undefined;
} {
  return { generation: secrets.generation, nextCredentialsRefreshAt: refreshTime(secrets) };
}

/** Five minutes before the end, or a tenth of a short life. */
const aheadMs = 5 * 60_000;
const aheadShare = 0.1;

/** When credentials are to be made new; undefined where nobody said when they end. */
export function refreshTime({ issuedAt, expiresAt }: StoredSecrets): number | undefined {
  if (expiresAt === undefined) return undefined;
  const life = Math.max(0, expiresAt - (issuedAt ?? expiresAt));
  return Math.round(expiresAt - Math.min(aheadMs, life * aheadShare));
}

/** What the secret store holds beside the credentials, in the same entry. */
type Facts = Omit<StoredSecrets, 'credentials'>;

/** The field of the entry that holds them; no API has a credential of this name. */
const besides = '~membrane';

function address({ tenantKey, id }: SecretPlace, part: string): SecretAddress {
  return { tenant: tenantKey, connection: id, part };
}

function secretStore(engine: Engine, { secrets }: SecretPlace): Promise<Secrets> {
  return engine.ports.secrets(secrets as Secrets['name']);
}

/** Nobody reads them any more; what cannot be removed now goes with the connection. */
async function removeOldParameters(engine: Engine, place: SecretPlace): Promise<void> {
  try {
    await (await secretStore(engine, place)).remove(address(place, 'parameters'));
  } catch (error) {
    if (!(error instanceof MembraneError)) throw error;
  }
}
