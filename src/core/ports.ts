import type { Callbacks } from './callbacks.js';
import type { Durability } from './durability.js';
import type { Connection, ConnectionChange, Tenant } from './connection.js';
import type { ByteSink, ByteSource, FileDraft, StoredFile } from './file.js';
import type { JsonObject } from './json.js';
import type { Sandbox } from './sandbox.js';
import type { JsonSchema, SchemaProblem, Validate } from './schema.js';
import type { Receiver, Signatures } from './webhook.js';

/** Changes files of the project itself, for the commands that are asked to. Each call does all of it or nothing. */
export interface FileWriter {
  /** The file keeps its mode. */
  replace(file: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

/** The time of day, and waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A new id, unique everywhere, that sorts by time of making: 26 characters of 0-9 a-z. */
  next(): string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** A body that is read as it is sent, in place of `body`. A form brings its content-type with it. */
  readonly upload?: Upload;
  /**
   * Called when the head of the response is there. What it gives takes the body as it comes, unpacked, and
   * `maxBytes` does not count; otherwise the body is kept in memory as ever. An error of either ends the request.
   */
  readonly saveTo?: (head: Pick<HttpResponse, 'status' | 'headers'>) => Promise<ByteSink | undefined>;
  /**
   * From the start of the request to the last byte of the response; with `upload` or `saveTo`, which may take any
   * time, the longest silence.
   */
  readonly timeoutMs: number;
  /** A longer response body is an error (`http/too-large`), and is not read further. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** The bytes of a file, or a form with several parts (multipart/form-data, RFC 7578). */
export type Upload = ByteSource | readonly FormPart[];

export type FormPart =
  { readonly name: string; readonly value: string } | { readonly name: string; readonly file: FormFile };

export interface FormFile extends ByteSource {
  readonly name: string;
  readonly type: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** So much of the body went to what `saveTo` gave; `body` is empty then. */
  readonly savedBytes?: number;
  readonly ms: number;
}

/**
 * One try of one request: no retry, no redirect followed, any status is a response. Failures are
 * MembraneErrors `http/unreachable`, `http/tls`, `http/timeout`, `http/too-large`, `http/request`;
 * an abort rejects with the signal's reason. The message names the host, never the query or a header.
 */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** Addresses one secret. `part`: `credentials`, `parameters`, … */
export interface SecretAddress {
  readonly tenant: string;
  readonly connection: string;
  readonly part: string;
}

/**
 * Keeps secrets, each a JSON object. Failures are MembraneErrors `secrets/…` that say what to do. A missing
 * secret is undefined; a store that cannot tell (a locked keyring) is an error, never undefined.
 */
export interface Secrets {
  readonly name: 'keychain' | 'file' | 'env';
  read(address: SecretAddress): Promise<JsonObject | undefined>;
  /** Atomic: a reader sees the old value or the new one, also when the writer is killed. */
  write(address: SecretAddress, value: JsonObject): Promise<void>;
  /** Removing what is not there is no error. */
  remove(address: SecretAddress): Promise<void>;
  /** Rejects with what is wrong when the store cannot be used; writes and removes a probe where it can. */
  probe(): Promise<void>;
}

/** The connections of a project. Every change reads again before it writes, under a lock. */
export interface Connections {
  list(tenant: string): Promise<Connection[]>;
  /** By key or id; never one of another tenant. */
  get(tenant: string, keyOrId: string): Promise<Connection | undefined>;
  /** Rejects with `connection/exists` where the tenant has one of this key. */
  create(connection: Connection): Promise<void>;
  /** Gives the changed connection; undefined where there is none. A field that is given as undefined goes. */
  update(tenant: string, id: string, change: ConnectionChange): Promise<Connection | undefined>;
  /** Whether there was one. */
  remove(tenant: string, id: string): Promise<boolean>;
}

export interface Tenants {
  list(): Promise<Tenant[]>;
  get(key: string): Promise<Tenant | undefined>;
  /** Rejects with `tenant/exists`. */
  create(tenant: Tenant): Promise<void>;
  /** What `membrane tenant use` chose, if anything. */
  current(): Promise<string | undefined>;
  use(key: string): Promise<void>;
}

/** One stored fact: a run, a request, an event. */
export interface Row {
  readonly id: string;
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly state?: string;
  /** Id of what caused it. */
  readonly parent?: string;
  readonly data: JsonObject;
}

export interface RowQuery {
  /** Absent: all tenants; only for services of the engine itself, never for what a user asked. */
  readonly tenant?: string;
  readonly state?: string;
  readonly parent?: string;
  /** From this time on, inclusive. */
  readonly since?: number;
  /** Only rows that come after the row of this id in the asked order; none where that row is gone. */
  readonly after?: string;
  /** Newest first is the default. */
  readonly order?: 'newest' | 'oldest';
  /** 100 by default. */
  readonly limit?: number;
}

/** A lock that one process holds: it beats while held, and is lost when its holder is dead or silent. */
export interface Lock {
  readonly name: string;
  /** Grows with every holder. A write guarded by a lock of an older fence is refused (`store/fence`). */
  readonly fence: number;
  release(): Promise<void>;
}

export interface WriteOptions {
  /** The write happens only while this lock is still held, checked in the same transaction. */
  readonly guard?: Lock;
}

/** One drawer of the store: rows of one sort. Each kind has its own. */
export interface Drawer {
  /** Inserts or replaces by id. All rows are written, or none. */
  put(rows: Row | readonly Row[], options?: WriteOptions): Promise<void>;
  get(tenant: string, id: string): Promise<Row | undefined>;
  list(query: RowQuery): Promise<Row[]>;
  count(query: Pick<RowQuery, 'tenant' | 'state' | 'parent'>): Promise<number>;
  /** The parents that rows of any tenant have, each once. It takes as long as there are parents, not rows. */
  parents(): Promise<string[]>;
  remove(tenant: string, ids: readonly string[], options?: WriteOptions): Promise<void>;
  /** Removes what is older than `before` (a time), and all but the newest `keep` rows. Gives how many went. */
  prune(limits: { before?: number; keep?: number }): Promise<number>;
}

/** How fast something may be done: a bucket of `burst` tokens that gets a new one every `everyMs`. */
export interface Pace {
  readonly everyMs: number;
  readonly burst: number;
}

/** What is to be done in one drawer, together with changes in others. */
export interface DrawerChange {
  readonly drawer: string;
  /** Inserted, or replaced by id. */
  readonly put?: readonly Row[];
  readonly remove?: readonly Pick<Row, 'tenant' | 'id'>[];
}

/** Everything with volume. Safe with several processes at once; a process killed in a write leaves it whole. */
export interface Store {
  drawer(name: string): Drawer;
  /** Changes several drawers in one transaction: all of it is done, or nothing. */
  write(changes: readonly DrawerChange[], options?: WriteOptions): Promise<void>;
  /**
   * Takes one of the turns that come evenly every `everyMs`, of which `burst` may be taken at once. Gives how long
   * to wait for it in milliseconds. Turns are shared by all processes, and none is given twice. One that would come
   * later than in `maxMs` is not taken.
   */
  turn(name: string, pace: Pace, maxMs?: number): Promise<number>;
  /** No turn of this name comes before `until` (a time); a pause that ends later stays. */
  pause(name: string, pace: Pace, until: number): Promise<void>;
  /** Waits up to `waitMs` (default 30,000) for the lock, then rejects with `store/busy`. */
  lock(name: string, options?: { waitMs?: number; signal?: AbortSignal }): Promise<Lock>;
  close(): Promise<void>;
}

/** What is known of a file before its bytes are there. */
export type NewFile = Pick<StoredFile, 'tenant' | 'name' | 'type'>;

/** Files that requests bring in and send. A file never changes. Safe with several processes at once. */
export interface Files {
  /** Rejects with `files/disk-full` where there is no room, as the draft does; what was written is removed then. */
  create(about: NewFile): Promise<FileDraft>;
  /** Never one of another tenant. Any text may be asked for. */
  get(tenant: string, id: string): Promise<StoredFile | undefined>;
  /**
   * The bytes, checked against size and hash: the last piece only comes when all are right, otherwise
   * `files/corrupt`. Fails with `files/not-found` where the file was removed.
   */
  open(file: StoredFile): AsyncIterable<Uint8Array>;
  /** Whether there was one. */
  remove(tenant: string, id: string): Promise<boolean>;
  /** Removes what is older than `before` (a time), and all but the newest `keep`. Gives how many went. */
  prune(limits: { before?: number; keep?: number }): Promise<number>;
  /** Removes what processes left that were killed while they wrote; `create` does so, too. Gives how many. */
  sweep(): Promise<number>;
}

/** JSON Schema behind one door. */
export interface Schemas {
  /**
   * What is wrong with a schema itself; paths are inside the schema. Formulas in it are left alone. A `$ref` to
   * a data-schema is only looked for when `resolve` is given.
   */
  check(schema: JsonSchema, options?: Pick<CompileOptions, 'resolve'>): readonly SchemaProblem[];
  /** Cheap for a schema that was compiled before. Throws MembraneError `schema/invalid` for a schema that is none. */
  compile(schema: JsonSchema, options?: CompileOptions): Validate;
  /** The validator of an element kind, built ahead in the packaged program. */
  kind(name: string, schema: JsonSchema): Validate;
}

export interface CompileOptions {
  /** Fill in `default`s of the schema. */
  readonly defaults?: boolean;
  /** The schema that `$ref: schemas/KEY` or `$ref: KEY` names. */
  readonly resolve?: (key: string) => JsonSchema | undefined;
}

export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly http: Http;
  readonly callbacks: Callbacks;
  /** Loaded on first use: only a watcher that was told to listen receives anything. */
  readonly receiver: () => Promise<Receiver>;
  readonly signatures: () => Promise<Signatures>;
  readonly schemas: Schemas;
  readonly connections: Connections;
  readonly tenants: Tenants;
  /** Started on first use: few elements hold code. */
  readonly sandbox: () => Promise<Sandbox>;
  /** What keeps runs of flows going; opened on first use. */
  readonly durability: () => Promise<Durability>;
  /** Opened on first use: few runs have files. */
  readonly files: () => Promise<Files>;
  /** Opened on first use: many commands need no database. */
  readonly store: () => Promise<Store>;
  /** The secret store of this name, opened on first use. */
  readonly secrets: (name: Secrets['name']) => Promise<Secrets>;
}
