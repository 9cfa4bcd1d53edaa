import type { JsonObject } from './json.js';
import type { Place } from './kind.js';
import type { OAuth1, OAuth2, Signable } from './oauth.js';
import type { JsonSchema } from './schema.js';
import type { TypeWorld } from './type-world.js';

/** What an authentication type can touch while it makes, renews or ends credentials. */
export interface AuthContext {
  /** From the integration. */
  readonly connectorParameters: JsonObject;
  /** What the user typed in. */
  readonly connectionParameters: JsonObject;
  has(name: string): boolean;
  /**
   * Calls a function of `auth` (`getCredentialsFromConnectionParameters`, …). The variables given are added to
   * `connectorParameters`, `connectionParameters` and `connectionInput`, which every function sees.
   */
  call(name: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The protocol steps of OAuth 2, bound to this connection's HTTP and to whoever can be asked. */
  readonly oauth2: OAuth2;
  /** The same of OAuth 1.0a. */
  readonly oauth1: OAuth1;
  /** Milliseconds since 1970. */
  now(): number;
  readonly signal: AbortSignal;
}

/** Credentials as an authentication made them. */
export interface Issued {
  readonly credentials: JsonObject;
  /** When they stop working, milliseconds since 1970; absent where nobody said so. */
  readonly expiresAt?: number;
  /** What the user should know although it worked, such as a scope that was not granted. */
  readonly warnings?: readonly string[];
}

/** A way to authenticate: what it asks for, how that becomes credentials, how they are renewed and ended. */
export interface AuthType {
  readonly name: string;
  readonly summary: string;
  /** The schema of the `auth` object (or of one of its options), functions aside. */
  readonly schema: JsonSchema;
  /** Names of the functions that it knows, in camelCase. */
  readonly functions: readonly string[];
  places?(auth: JsonObject): readonly Place[];
  /** The schema of what is asked; undefined when nothing is. */
  inputSchema?(auth: JsonObject): JsonSchema | undefined;
  /** The key of the connector whose authentication takes the place of this one. */
  proxyOf?(auth: JsonObject): string | undefined;
  /** A person agrees at the external app, which sends them back to a redirect URI. */
  readonly redirects?: boolean;
  /** The type of the credentials, where nothing in the connector declares it; absent: unknown. */
  credentialsType?(auth: JsonObject, world: TypeWorld): JsonSchema | undefined;
  /** Absent: the type cannot be connected yet. */
  connect?(ctx: AuthContext, auth: JsonObject): Promise<Issued>;
  /**
   * New credentials for old ones. Rejects with `auth/invalid-grant` when the grant is dead, with `auth/server`
   * when the server could not be asked (which says nothing about the grant). Undefined: these credentials
   * cannot be renewed. Absent: those of this type never can.
   */
  refresh?(ctx: AuthContext, auth: JsonObject, credentials: JsonObject): Promise<Issued | undefined>;
  /** Headers that prove each request by itself, such as a signature. */
  sign?(
    ctx: AuthContext,
    credentials: JsonObject,
    request: Signable,
  ): Promise<Readonly<Record<string, string>>>;
  /** Ends the grant at the external app. Gives false where the app offers no way to. */
  revoke?(ctx: AuthContext, auth: JsonObject, credentials: JsonObject): Promise<boolean>;
  /** Of credentials that a person's agreement gives: what variables can hold in place of one. */
  readonly credentialFields?: readonly string[];
}
