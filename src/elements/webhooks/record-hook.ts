import { isObject, type JsonPath } from '../../core/json.js';
import type { OtherElement, RunContext } from '../../core/kind.js';
import type { FoundEvent, Pull } from '../../core/subscription.js';
import type { Hook } from '../../core/webhook.js';
import { eventFor, isChange, contentOf, type Watched } from '../record-events/watched.js';
import { methodOf } from '../records/collection.js';
import { findRecord } from '../records/read.js';
import { readerOf } from '../records/reader.js';
import { textOf, type DataRecord } from '../records/record.js';
import { connectorEventPull } from './connector-event.js';
import { callDeclared, functionAt, type Declared } from './declared.js';
import { openHook, type ReadEvent } from './open-hook.js';

/** Where the collection says how webhooks tell of changes. */
export interface RecordEvents {
  readonly element: OtherElement;
  /** `events.created` and so on. */
  readonly at: JsonPath;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The API sends changed records. */
export function recordHook(watched: Watched, { element, at, value }: RecordEvents): Hook {
  const { parameters } = watched.collection;
  return openHook({ element, at, parameters }, readRecord(watched), value['stateSchema']);
}

/** An event of the connector says what changed. */
export async function recordsOfConnectorEvent(
  ctx: RunContext,
  watched: Watched,
  { element, at, value }: RecordEvents,
): Promise<Pick<Pull, 'method' | 'source'> & { readonly hook: Hook }> {
  const declared: Declared = { element, at, parameters: watched.collection.parameters };
  const given = await callDeclared(declared, 'getEventConfig', {});
  const config = isObject(given) ? given : {};
  const key = config['eventKey'] ?? config['key'] ?? value['eventKey'] ?? value['key'];
  const written = ['eventParameters', 'parameters'].find((name) => value[name] !== undefined);
  const parameters =
    config['eventParameters'] ??
    config['parameters'] ??
    (written === undefined
      ? undefined
      : await element.resolve([...at, written], { parameters: declared.parameters }));
  const pull = await connectorEventPull(ctx, String(key ?? ''), isObject(parameters) ? parameters : {});
  const extract = async (event: FoundEvent, id: string, digest: (value: unknown) => string) => {
    const extracts = functionAt(declared, 'extractEvents') !== undefined;
    const made = extracts
      ? await callDeclared(declared, 'extractEvents', { event: event.payload, payload: event.payload })
      : { events: [event.payload] };
    const listed = isObject(made) ? (made['events'] ?? made['records'] ?? []) : made;
    const found: FoundEvent[] = [];
    for (const [index, item] of (Array.isArray(listed) ? (listed as unknown[]) : []).entries())
      found.push(...(await readRecord(watched)(item, { id, digest }, index)));
    return found;
  };
  const { hook = { answers: false } } = pull;
  const { handle, accept } = hook;
  return {
    method: pull.method,
    source: pull.source,
    hook: {
      ...hook,
      ...(handle === undefined
        ? {}
        : {
            handle: async (request, to, state) => {
              const handled = await handle(request, to, state);
              const found: FoundEvent[] = [];
              for (const event of handled.events)
                found.push(...(await extract(event, event.version, (value) => request.digest(value))));
              return { ...handled, events: found };
            },
          }),
      ...(accept === undefined ? {} : { accept: (event, digest) => extract(event, event.version, digest) }),
    },
  };
}

/** Makes the event that the trigger waits for of one record; none of what it does not wait for. */
function readRecord(
  watched: Watched,
): (...args: [unknown, Pick<Parameters<ReadEvent>[1], 'id' | 'digest'>, number]) => Promise<FoundEvent[]> {
  const reader = readerOf(watched.collection);
  return async (given, { id, digest }, index) => {
    const { type, record: inner, recordId } = isObject(given) ? given : {};
    if (isChange(type) && type !== watched.change) return [];
    const record =
      (await byId(watched, inner, recordId)) ??
      (await reader.read(inner ?? idOnly(recordId) ?? given, `event ${index + 1} of a webhook`));
    reader.end();
    if (record.id === '') return [];
    const { updatedTime } = record;
    const content = digest(contentOf(watched, record));
    // Without a time the same state of a record may come again with another webhook, and is another event then.
    const version =
      updatedTime === undefined
        ? `${content} ${id}`
        : watched.change === 'updated'
          ? `${updatedTime} ${content}`
          : updatedTime;
    const event = await eventFor(watched, record, version, 0);
    return [{ ...event, scanned: updatedTime ?? content }];
  };
}

/** Many APIs only say which record changed: it is asked for, as long as it is there. */
async function byId(
  { collection, change }: Watched,
  record: unknown,
  recordId: unknown,
): Promise<DataRecord | undefined> {
  const id = textOf(recordId);
  if (record !== undefined || id === undefined || change === 'deleted') return undefined;
  return methodOf(collection, 'findById') === undefined ? undefined : findRecord(collection, id);
}

function idOnly(recordId: unknown): { id: string; fields: object } | undefined {
  const id = textOf(recordId);
  return id === undefined ? undefined : { id, fields: {} };
}
