import { isObject, type JsonObject } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import type { Change, Pull, Trigger, Waits } from '../../core/subscription.js';
import { openPull } from '../record-events/open-pull.js';
import { openConnectorEvent } from '../webhooks/connector-event.js';
import { matches } from './run/filter.js';

const waitsOf: Readonly<Record<string, (config: JsonObject) => Waits>> = {
  'data-record-created-trigger': () => records('created'),
  'data-record-updated-trigger': () => records('updated'),
  'data-record-deleted-trigger': () => records('deleted'),
  'connector-event-trigger': () => ({ for: 'connector-event' }),
  'app-event-trigger': ({ appEvent }) => ({
    for: 'app-event',
    event: String(isObject(appEvent) ? appEvent['key'] : appEvent),
  }),
  'schedule-trigger': ({ everyMinutes, cron, timezone, missed }) => ({
    for: 'schedule',
    ...(typeof everyMinutes === 'number' ? { everyMinutes } : {}),
    ...(typeof cron === 'string' ? { cron } : {}),
    ...(typeof timezone === 'string' ? { timezone } : {}),
    missed: missed === 'catchUp' ? 'catchUp' : 'skip',
  }),
};

/** The nodes of a flow at which something that happens starts runs. */
export function triggersOf(flow: JsonObject): Trigger[] {
  if (!isObject(flow['nodes'])) return [];
  return Object.entries(flow['nodes']).flatMap(([key, node]) => {
    if (!isObject(node) || typeof node['type'] !== 'string' || !Object.hasOwn(waitsOf, node['type']))
      return [];
    const waits = waitsOf[node['type']]?.(configOf(node));
    return waits === undefined ? [] : [{ key, at: ['nodes', key], waits }];
  });
}

export function openPullOf(ctx: RunContext, flow: JsonObject, { key, at, waits }: Trigger): Promise<Pull> {
  if (waits.for !== 'records') return openConnectorEvent(ctx, at);
  return openPull(ctx, at, configOf(nodeOf(flow, key)), waits.change);
}

/** The filter of a trigger sees the event, as a whole and as `input`. */
export async function isWanted(
  ctx: RunContext,
  flow: JsonObject,
  { key, at }: Trigger,
  event: JsonObject,
): Promise<boolean> {
  if (configOf(nodeOf(flow, key))['filter'] === undefined) return true;
  return matches(
    await ctx.evaluate([...at, 'config', 'filter'], { ...ctx.variables, ...event, input: event }),
  );
}

function records(change: Change): Waits {
  return { for: 'records', change };
}

function nodeOf(flow: JsonObject, key: string): JsonObject {
  const nodes = flow['nodes'];
  const node = isObject(nodes) && Object.hasOwn(nodes, key) ? nodes[key] : undefined;
  return isObject(node) ? node : {};
}

function configOf({ config }: JsonObject): JsonObject {
  return isObject(config) ? config : {};
}
