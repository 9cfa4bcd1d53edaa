import { isObject, type JsonObject } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import type { Change, Pull, Trigger } from '../../core/subscription.js';
import { openPull } from '../record-events/open-pull.js';
import { hookPull, openConnectorEvent } from '../webhooks/connector-event.js';

const changes: Readonly<Record<string, Change>> = {
  'data-record-created': 'created',
  'data-record-updated': 'updated',
  'data-record-deleted': 'deleted',
};

/** An external event waits for one thing as a whole. */
export function triggersOf({ config }: JsonObject): Trigger[] {
  const type = isObject(config) ? String(config['type']) : undefined;
  const change = type === undefined || !Object.hasOwn(changes, type) ? undefined : changes[type];
  if (change !== undefined) return [{ key: '', at: [], waits: { for: 'records', change } }];
  return [{ key: '', at: [], waits: { for: 'connector-event' } }];
}

export async function openPullOf(ctx: RunContext, { config }: JsonObject, { waits }: Trigger): Promise<Pull> {
  if (waits.for === 'records')
    return openPull(ctx, [], isObject(config) ? (config as JsonObject) : {}, waits.change);
  if (isObject(config)) return openConnectorEvent(ctx, []);
  // Its own functions say how it is subscribed to.
  return hookPull(ctx, { element: ctx.self, at: [], parameters: ctx.variables['parameters'] }, ctx.self.key);
}
