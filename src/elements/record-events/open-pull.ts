import { MembraneError } from '../../core/error.js';
import { isObject, type JsonObject, type JsonPath } from '../../core/json.js';
import type { RunContext } from '../../core/kind.js';
import type { Change, Pull } from '../../core/subscription.js';
import { actionRecords } from '../records/action-records.js';
import { requireMethod, type Collection } from '../records/collection.js';
import { fieldOf } from '../records/functions-of-collection.js';
import { hookSeconds } from '../webhooks/connector-event.js';
import { recordHook, recordsOfConnectorEvent, type RecordEvents } from '../webhooks/record-hook.js';
import { lookAtCustom } from './custom.js';
import { lookAtLatest } from './latest.js';
import { lookAtAll } from './scan.js';
import type { Watched } from './watched.js';

/** Seconds between two looks, where nobody says. */
const updatesSeconds = 300;
const scanSeconds = 10_800;

/**
 * Opens what a trigger on records looks at. `config` is as it is written, at `at` of the element that runs: its
 * `dataSource` says which records, and its `fieldMapping` what becomes of them.
 */
export async function openPull(
  ctx: RunContext,
  at: JsonPath,
  config: JsonObject,
  change: Change,
): Promise<Pull> {
  const within: RunContext = {
    ...ctx,
    evaluate: (path, variables, becomes) => ctx.evaluate([...at, ...path], variables, becomes),
  };
  const { source, import: map } = await actionRecords(within, config);
  const { collection } = source;
  const { method, functions, ignored, declared } = eventOf(collection, change);
  const watched: Watched = {
    collection,
    change,
    map,
    ignored,
    call: (name, args) => functions[name]?.(args),
    overlapMs: 600_000,
  };
  const intervals = { ...source.element?.value, ...config };
  if (declared !== undefined && (method === 'webhook' || method === 'connector-event'))
    return toldPull(within, watched, declared, intervals['fullSyncIntervalSeconds']);
  const heavy = method === 'full-scan';
  const looks: Partial<Record<string, (what: Watched) => Required<Pull>['look']>> = {
    'full-scan': lookAtAll,
    'pull-latest-records': lookAtLatest,
    'custom-pull': lookAtCustom,
  };
  if (heavy) requireMethod(collection, 'list', 'watched: that takes a list');
  const look = looks[method]?.(watched);
  return {
    method,
    source: JSON.parse(JSON.stringify([collection.key, collection.parameters, method])) as JsonObject[],
    everySeconds: heavy
      ? seconds(intervals['fullSyncIntervalSeconds'], scanSeconds)
      : seconds(intervals['pullUpdatesIntervalSeconds'], updatesSeconds),
    heavy,
    ...(look === undefined ? {} : { look }),
  };
}

/** The API tells by itself. A scan beside it finds what it did not tell, where somebody says how often. */
async function toldPull(
  ctx: RunContext,
  watched: Watched,
  declared: RecordEvents,
  scanEvery: unknown,
): Promise<Pull> {
  const { collection } = watched;
  const told =
    declared.value['implementationType'] === 'webhook'
      ? { method: 'webhook', source: null, hook: recordHook(watched, declared) }
      : await recordsOfConnectorEvent(ctx, watched, declared);
  const source = [collection.key, collection.parameters, told.method, told.source];
  const scans = typeof scanEvery === 'number' && scanEvery > 0;
  if (scans) requireMethod(collection, 'list', 'watched: that takes a list');
  return {
    method: told.method,
    source: JSON.parse(JSON.stringify(source)) as JsonObject[],
    everySeconds: scans ? scanEvery : hookSeconds,
    heavy: scans,
    hook: told.hook,
    ...(scans ? { look: lookAtAll(watched) } : {}),
  };
}

interface EventOfCollection {
  readonly method: string;
  readonly functions: Readonly<Record<string, (args: JsonObject) => Promise<unknown>>>;
  readonly ignored: readonly string[];
  readonly declared: RecordEvents | undefined;
}

/** How the collection says that changes are learned of. */
function eventOf(collection: Collection, change: Change): EventOfCollection {
  const found = fieldOf(collection.source, 'events');
  const events = isObject(found?.value) ? found.value : {};
  const name = [change, 'all'].find((one) => isObject(events[one]));
  const event = name === undefined ? {} : (events[name] as JsonObject);
  const { ignoredFields } = event;
  const functions: Record<string, (args: JsonObject) => Promise<unknown>> = {};
  for (const method of ['pullLatestRecords', 'subscribe', 'pull']) {
    for (const at of [
      ['events', name ?? '', 'methods', method],
      ['events', name ?? '', method],
    ]) {
      if (found === undefined || functions[method] !== undefined || !found.element.has(at)) continue;
      const { element } = found;
      functions[method] = (args) => element.call(at, { ...args, parameters: collection.parameters });
    }
  }
  const wanted = typeof event['implementationType'] === 'string' ? event['implementationType'] : 'full-scan';
  const needed = { 'pull-latest-records': 'pullLatestRecords', 'custom-pull': 'pull' }[wanted];
  if (needed !== undefined && functions[needed] === undefined) throw lacks(collection, wanted, needed);
  return {
    method: wanted,
    functions,
    ignored: Array.isArray(ignoredFields) ? ignoredFields.map(String) : [],
    declared:
      found === undefined || name === undefined
        ? undefined
        : { element: found.element, at: ['events', name], value: event },
  };
}

function lacks(collection: Collection, wanted: string, needed: string): MembraneError {
  return new MembraneError(
    'run/unsupported',
    `"${collection.key}" learns of changes by "${wanted}", and has no "${needed}"`,
    {
      hint: `write the function "${needed}" below "methods" of the event, or leave out "implementationType": then the list is compared`,
      span: collection.source.element.locate(['events']),
      class: 'configuration',
    },
  );
}

function seconds(given: unknown, fallback: number): number {
  return typeof given === 'number' && given > 0 ? given : fallback;
}
