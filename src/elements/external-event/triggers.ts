import { isObject, type JsonObject } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import type { Change, Pull, Trigger } from '../../core/subscription.js';
import { openPull } from '../record-events/open-pull.js';

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

export function openPullOf(ctx: RunContext, { config }: JsonObject, { waits }: Trigger): Promise<Pull> {
  const change = waits.for === 'records' ? waits.change : 'updated';
  return openPull(ctx, [], isObject(config) ? (config as JsonObject) : {}, change);
}
