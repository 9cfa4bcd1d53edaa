/** The life of a connection: only READY ones run. */
export type ConnectionState = 'READY' | 'CLIENT_ACTION_REQUIRED';

/** What is not secret of a connected account. Times are milliseconds since 1970. */
export interface Connection {
  /** Stays the same through reconnects. */
  readonly id: string;
  /** Unique per tenant. */
  readonly key: string;
  readonly name: string;
  readonly tenantKey: string;
  readonly integrationKey: string;
  readonly authOptionKey?: string;
  /** Name of the secret store that holds its credentials. */
  readonly secrets: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: ConnectionState;
  readonly disconnected: boolean;
  readonly error?: { readonly code: string; readonly message: string };
  readonly nextCredentialsRefreshAt?: number;
  /** Counts how often its secrets were written: who has read an older one reads again. */
  readonly generation?: number;
}

/** New values of some fields; id and tenant never change. */
export type ConnectionChange = {
  readonly [Field in keyof Omit<Connection, 'id' | 'tenantKey'>]?: Connection[Field] | undefined;
};

/** Somebody whose accounts are connected. Everything that is stored belongs to one. */
export interface Tenant {
  readonly key: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

/** The tenant of who names none. */
export const defaultTenant = 'local';

/** Whose the things are that belong to all tenants together: a key that no tenant can have. */
export const everybody = '';
