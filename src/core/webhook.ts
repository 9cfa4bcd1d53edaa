import type { JsonObject } from './json.js';
import type { FoundEvent } from './subscription.js';

/** A request that came to the receiver, as it came: nothing of it is parsed. */
export interface IncomingRequest {
  readonly method: string;
  /** Begins with `/`; without the query, and not decoded. */
  readonly path: string;
  /** The last one of several with one name. */
  readonly query: Readonly<Record<string, string>>;
  /** The query as it came, with its `?`; empty where there is none. */
  readonly search: string;
  /** Lower-case names; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who sent it, as far as it is known: an IP address, of a tunnel perhaps. */
  readonly remote: string;
}

/** What the receiver refused by itself: a request that was too long, too slow, or none at all. */
export interface RefusedRequest {
  readonly status: number;
  /** One sentence for the log. */
  readonly why: string;
  /** Without the query; empty where there was none to read. */
  readonly path: string;
  readonly remote: string;
  /** Bytes of its body, as far as they are known. */
  readonly bytes: number;
}

/** What is answered. `body`: a text goes as it is, anything else as JSON. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ReceiverOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A longer body is refused (413), and is not read further. */
  readonly maxBytes: number;
  /** Whether anything is at this path: asked before a body is read. */
  readonly knows: (path: string, remote: string) => boolean | Promise<boolean>;
  readonly answer: (request: IncomingRequest) => Promise<WebhookAnswer>;
  /** Told of what was refused before it came to `answer`; of an unknown path `knows` has heard already. */
  readonly refused?: (what: RefusedRequest) => void;
  /** `knows` or `answer` rejected: the sender was told to come again (503). */
  readonly failed?: (error: unknown) => void;
  /** How long a request may take to arrive as a whole. Default: 10,000. */
  readonly slowMs?: number;
  /** Further ones push out the oldest that has not brought a whole request yet. Default: 1,000. */
  readonly maxConnections?: number;
}

/** Listens for what others send. Rejects with `webhook/port` where the port cannot be had. */
export interface Receiver {
  listen(options: ReceiverOptions): Promise<{
    /** `http://HOST:PORT`. */
    readonly address: string;
    /** Answers what is under way, then listens no more. */
    close(): Promise<void>;
  }>;
}

/** How a sender proves that a request is his. `secret` is resolved; several are tried: the old and the new one. */
export interface Signature {
  readonly type: 'github' | 'stripe' | 'slack' | 'standard-webhooks' | 'hmac';
  readonly secret: string | readonly string[];
  /** The rest is of `hmac`, and of schemes whose defaults do not fit. */
  readonly header?: string;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly encoding?: 'hex' | 'base64' | 'base64url';
  /** Stands before the digest in the header: `sha256=`. */
  readonly prefix?: string;
  /** Where the time stands, in seconds or milliseconds since 1970; absent: requests have no time. */
  readonly timestampHeader?: string;
  /** What is signed: `{timestamp}`, `{body}`, `{id}`, `{url}`, `{method}` stand for these. Default: `{body}`. */
  readonly content?: string;
  /** Names a delivery; a repeated one has the same. */
  readonly idHeader?: string;
  /** How old a request may be, where it has a time. Default: 300. */
  readonly toleranceSeconds?: number;
}

export type Verdict =
  | {
      readonly ok: true;
      /** How the sender names this delivery, where he does. */
      readonly deliveryId?: string;
    }
  /** `why`: one sentence for the log; never anything of the secret or of the right signature. */
  | { readonly ok: false; readonly why: string };

export interface Signatures {
  /** In constant time; looks at headers and raw body only. `url`: the whole address, for schemes that sign it. */
  verify(signature: Signature, request: IncomingRequest, now: number, url: string): Verdict;
  /**
   * The headers that prove that a text is ours: `x-signature` (HMAC-SHA256 of the body, hex), and `webhook-id`,
   * `webhook-timestamp`, `webhook-signature` (https://www.standardwebhooks.com).
   */
  sign(
    secret: string,
    what: { readonly id: string; readonly time: number; readonly body: string },
  ): Record<string, string>;
}

/** What an element makes of an incoming request. */
export interface Handled {
  readonly events: readonly (FoundEvent & {
    /** Of a global webhook: which subscriptions it is for. */
    readonly selector?: string;
  })[];
  /** What the sender waits for, such as a challenge. */
  readonly answer?: WebhookAnswer;
}

/** What handlers of webhooks are called with. */
export interface WebhookArguments {
  /** Of the request as it is stored: the same for a repeated delivery, where that can be known. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body: parsed where it is JSON or a form, else as text. */
  readonly data: unknown;
  readonly rawBody: string;
  /** How the sender names this delivery. */
  readonly deliveryId?: string | undefined;
  /** Short, and the same for the same JSON in any order of its keys. */
  digest(value: unknown): string;
}

/** Where an API sends the events of one subscription. */
export interface HookAddress {
  readonly uri: string;
  /** A random text for APIs that sign with what they are given; only where `wantsSecret`. */
  readonly secret?: string | undefined;
}

/** How an API tells one subscription of events by itself. */
export interface Hook {
  /** Asks the API to send to the address. Absent: somebody registers it by hand. */
  subscribe?(to: HookAddress): Promise<HookState>;
  /** Renews what would end. Absent: it is subscribed to anew. */
  refresh?(to: HookAddress, state: JsonObject): Promise<HookState>;
  unsubscribe?(to: HookAddress, state: JsonObject): Promise<void>;
  /** Events that come to the global webhook of the connector with this selector. */
  selector?(): Promise<{ readonly webhook: string; readonly selector: string }>;
  /**
   * How requests are proven to be the sender's; undefined where nothing is declared. Rejects with
   * `webhook/signature` where what is declared has no secret.
   */
  signature?(to: HookAddress, state: JsonObject): Promise<Signature | undefined>;
  handle?(request: WebhookArguments, to: HookAddress, state: JsonObject): Promise<Handled>;
  /** Makes its own events of one that came to the global webhook. */
  accept?(event: FoundEvent, digest: WebhookArguments['digest']): Promise<readonly FoundEvent[]>;
  /** Whether the sender waits for what `handle` gives. */
  readonly answers: boolean;
  /** Whether an address needs a secret. */
  readonly wantsSecret?: boolean;
}

export interface HookState {
  /** What may be seen of it, and what nobody may see: together they are the state that functions get. */
  readonly state: JsonObject;
  readonly secret?: JsonObject;
  /** When it ends, if it is not renewed: milliseconds since 1970. */
  readonly expiresAt?: number;
}
