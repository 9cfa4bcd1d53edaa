import { refreshTime, type StoredSecrets } from './connection-secrets.js';
import type { Engine } from './engine.js';
import { createFlights, type Flights } from './refresh-flights.js';

/** What this process knows of the refreshes of one connection. */
export interface RefreshState {
  /** Issued, and not stored yet. `over`: the stored generation that they replace. */
  unsaved?: { readonly over: number; readonly secrets: StoredSecrets };
  /** After a failure: until then nobody tries who can do without. */
  restUntil: number;
  /** The generation of credentials that cannot be renewed. */
  final?: number;
}

export interface Refreshes {
  readonly flights: Flights<StoredSecrets | undefined>;
  /** By the id of the connection. */
  readonly states: Map<string, RefreshState>;
}

const all = new WeakMap<Engine, Refreshes>();

export function refreshesOf(engine: Engine): Refreshes {
  const known = all.get(engine);
  if (known !== undefined) return known;
  const made = {
    flights: createFlights<StoredSecrets | undefined>(),
    states: new Map<string, RefreshState>(),
  };
  all.set(engine, made);
  return made;
}

export function refreshState(engine: Engine, connection: string): RefreshState {
  const { states } = refreshesOf(engine);
  const known = states.get(connection);
  if (known !== undefined) return known;
  const made: RefreshState = { restUntil: 0 };
  states.set(connection, made);
  return made;
}

/** Time to make them new, although they may still work. */
export function isDue(secrets: StoredSecrets, now: number): boolean {
  const time = refreshTime(secrets);
  return time !== undefined && now >= time;
}

/** They have ended, by the clock of this machine. */
export function isOver({ expiresAt }: StoredSecrets, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt;
}
