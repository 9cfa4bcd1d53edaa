import type { JsonObject } from '../../core/json.js';
import type { FoundEvent } from '../../core/subscription.js';
import type { Hook, HookAddress, WebhookArguments } from '../../core/webhook.js';
import { answersIn, callDeclared, functionAt, wantsSecret, type Declared } from './declared.js';
import { givenBy } from './handled.js';
import { hookStateOf } from './hook-state.js';
import { resolveSignature } from './signature-field.js';

/** Makes events of one that `handle` gave. `index`: which of them it is. */
export type ReadEvent = (
  given: unknown,
  request: WebhookArguments,
  index: number,
) => Promise<readonly FoundEvent[]>;

/** The life of one subscription, and what becomes of what is sent to it, as functions declare it. */
export function openHook(declared: Declared, read: ReadEvent, stateSchema?: unknown): Hook {
  const has = (name: string): boolean => functionAt(declared, name) !== undefined;
  const call = (name: string, args: JsonObject) => callDeclared(declared, name, args);
  const seen = (to: HookAddress, state?: JsonObject): JsonObject => ({
    webhookUri: to.uri,
    ...(to.secret === undefined ? {} : { webhookSecret: to.secret }),
    ...(state === undefined ? {} : { state }),
  });
  return {
    answers: answersIn(declared),
    wantsSecret: wantsSecret(declared),
    ...(has('subscribe')
      ? { subscribe: async (to) => hookStateOf(await call('subscribe', seen(to)), stateSchema) }
      : {}),
    ...(has('refresh')
      ? {
          refresh: async (to, state) =>
            hookStateOf(await call('refresh', seen(to, state)), stateSchema, state),
        }
      : {}),
    ...(has('unsubscribe')
      ? { unsubscribe: async (to, state) => void (await call('unsubscribe', seen(to, state))) }
      : {}),
    signature: (to, state) =>
      resolveSignature(declared.element, [...declared.at, 'signature'], {
        ...seen(to, state),
        parameters: declared.parameters,
      }),
    async handle(request, to, state) {
      const args = { ...argumentsOf(request), ...seen(to, state) };
      // Where nobody says what is to be made of it, it is the event.
      const given = has('handle') ? await call('handle', args) : { events: [request.data] };
      const { events, answer } = givenBy(given, declared);
      const found: FoundEvent[] = [];
      for (const [index, event] of events.entries()) found.push(...(await read(event, request, index)));
      return { events: found, ...(answer === undefined ? {} : { answer }) };
    },
  };
}

/** What `handle` gets of a request. */
export function argumentsOf({ query, headers, data, rawBody, deliveryId }: WebhookArguments): JsonObject {
  return {
    query: { ...query },
    headers: { ...headers },
    data: data as JsonObject,
    rawBody,
    ...(deliveryId === undefined ? {} : { deliveryId }),
  };
}
