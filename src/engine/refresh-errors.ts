import type { Connection } from '../core/connection.js';
import { MembraneError } from '../core/error.js';

/** How to make a connection work again. */
export function reconnectHint({ key, integrationKey }: Connection): string {
  return `connect it again: membrane connect ${integrationKey} --key ${key} --reconnect`;
}

export function isDisconnected(connection: Connection): MembraneError {
  const { key, error } = connection;
  // what is stored names the connection, too
  const why = error === undefined ? '' : `: ${error.message.replace(` of the connection "${key}"`, '')}`;
  return new MembraneError('connection/disconnected', `the connection "${key}" is disconnected${why}`, {
    hint: reconnectHint(connection),
    class: 'connection',
    key: 'connection_is_defunct',
  });
}

export function isDeleted({ key }: Connection): MembraneError {
  return new MembraneError('connection/unknown', `the connection "${key}" was deleted meanwhile`, {
    hint: 'see those that are left with "membrane connection list"',
    class: 'connection',
  });
}

export function cannotRefresh(connection: Connection): MembraneError {
  const what = `the credentials of the connection "${connection.key}" cannot be refreshed`;
  return new MembraneError('auth/unsupported', what, {
    hint: reconnectHint(connection),
    class: 'connection',
  });
}

/** The authorization server says that there is no grant any more. `hint` where connecting again is not the way. */
export function grantEnded(connection: Connection, cause: MembraneError, hint?: string): MembraneError {
  const message = `the grant of the connection "${connection.key}" has ended: ${cause.message}`;
  return new MembraneError('auth/invalid-grant', message, {
    hint: hint ?? reconnectHint(connection),
    class: 'connection',
    key: 'connection_is_defunct',
    cause,
  });
}

/** The same after a refresh that was cut off: then the reason is known, and it is not the user. */
export function refreshLost(connection: Connection, cause: MembraneError): MembraneError {
  const cut = `a refresh of the connection "${connection.key}" was cut off before its new tokens were stored`;
  return new MembraneError('auth/refresh-lost', `${cut}, and the old ones are not accepted any more`, {
    hint: reconnectHint(connection),
    class: 'connection',
    key: 'connection_is_defunct',
    cause,
  });
}

/** The secret store did not take what the authorization server gave. */
export function cannotStore(connection: Connection, cause: MembraneError): MembraneError {
  const message = `the new credentials of the connection "${connection.key}" could not be stored: ${cause.message}`;
  const kept = 'this process keeps them until it ends, and stores them as soon as it can';
  return new MembraneError(cause.code, message, {
    hint: cause.hint === undefined ? kept : `${cause.hint}; ${kept}`,
    class: 'connection',
    cause,
  });
}

/** Codes of what goes wrong before the authorization server has done anything. */
const before: ReadonlySet<string> = new Set(['auth/client', 'auth/config', 'integration/parameters']);
const unsent: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether it is certain that no new credentials were issued. A timeout, or an answer of 500, says nothing. */
export function issuedNothing(error: MembraneError): boolean {
  if (before.has(error.code)) return true;
  for (let cause: unknown = error; cause instanceof MembraneError; cause = cause.cause) {
    if (cause.code === 'http/unreachable' && unsent.has(cause.data?.['code'])) return true;
  }
  return false;
}
