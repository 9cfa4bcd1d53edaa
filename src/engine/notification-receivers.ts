import type { JsonObject } from '../core/json.js';
import { fitsPattern } from '../core/notification.js';
import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';
import { digest } from './event-identity.js';

/** One of `notifications` in membrane.yaml. */
export interface Receiver {
  /** Made of its address as it is written: with another address it is another receiver. */
  readonly id: string;
  /** Its host, or the address as it is written where a variable holds that. */
  readonly to: string;
  /** Where it stands, for messages: `notifications[0]`. */
  readonly place: string;
  /** Names and patterns; undefined: all. */
  readonly events: readonly string[] | undefined;
  /** How long it is tried to deliver something. */
  readonly giveUpMs: number;
  /** With variables in them. */
  readonly written: { readonly url: string; readonly secret: string | undefined };
}

/** Where something is sent, with what signs it. */
export interface OpenReceiver {
  readonly url: string;
  readonly secret: string | undefined;
  /** What must be seen nowhere. */
  readonly secrets: readonly string[];
}

const giveUpHours = 72;

export function receiversOf({ project }: Pick<Engine, 'project'>): Receiver[] {
  const seen = new Map<string, number>();
  return project.config.notifications.map((given, index) => {
    const url = String(given['url']);
    const count = seen.get(url) ?? 0;
    seen.set(url, count + 1);
    const { events, secret, giveUpAfterHours } = given as JsonObject;
    return {
      id: digest(count === 0 ? url : [url, count]).slice(0, 8),
      to: hostOf(url),
      place: `notifications[${index}]`,
      events: Array.isArray(events) ? events.map(String) : undefined,
      giveUpMs: (typeof giveUpAfterHours === 'number' ? giveUpAfterHours : giveUpHours) * 3_600_000,
      written: { url, secret: typeof secret === 'string' ? secret : undefined },
    };
  });
}

/** A receiver that names no events is told of all. */
export function wants({ events }: Pick<Receiver, 'events'>, eventType: string): boolean {
  return events === undefined || events.some((pattern) => fitsPattern(pattern, eventType));
}

/** Rejects with `config/variable` where a variable of it is not set. */
export function openReceiver(engine: Engine, { written, place }: Receiver): OpenReceiver {
  const { value, secrets } = fillIn(engine, written, place);
  const { url, secret } = value;
  return { url, secret, secrets: [...secrets, ...(secret === undefined ? [] : [secret]), ...inside(url)] };
}

/** What an address may hold beside a host: a path that nobody else knows, a query, a password. */
function inside(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { pathname, search, username, password } = new URL(url);
  return [search.slice(1), username, password, ...pathname.split('/')].filter((part) => part.length >= 16);
}

function hostOf(url: string): string {
  if (URL.canParse(url) && !url.includes('${')) return new URL(url).host;
  const [, scheme = '', host = url] = /^(\w+:\/\/)?([^/?#]*)/.exec(url) ?? [];
  return scheme + host.slice(host.lastIndexOf('@') + 1);
}
