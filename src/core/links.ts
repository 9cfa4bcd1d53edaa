/** Which way a record went: from the external app into the user's own, or out of it. */
export type LinkDirection = 'import' | 'export';

/** That two records are the same thing: one of the user's app, one of the external app. */
export interface DataLink {
  readonly appRecordId: string;
  readonly externalRecordId: string;
  readonly direction: LinkDirection;
  /** When it was made last, milliseconds since 1970. */
  readonly createdAt: number;
}

/** A link to be made. Ids may be numbers, and are kept as text; `both` (the default) makes a link each way. */
export interface LinkRequest {
  readonly appRecordId?: unknown;
  readonly externalRecordId?: unknown;
  readonly direction?: unknown;
}

/** Which links are meant: at least one of the ids says so. Without a direction, of both. */
export type LinkQuery = LinkRequest;

/**
 * The links of one connection, by the key of their table. Ids and direction together are unique in a table: making a
 * link again makes it the newest. Rejects with `element/not-found` where there is no such table, and with
 * `link/invalid` where ids or direction cannot be used.
 */
export interface DataLinks {
  /** The newest link that fits; undefined where there is none. */
  find(table: string, query: LinkQuery): Promise<DataLink | undefined>;
  /** Gives what was made: one link, or two. */
  create(table: string, link: LinkRequest): Promise<DataLink[]>;
  /** How many links there were. */
  remove(table: string, query: LinkQuery): Promise<number>;
}
