import { isObject, type JsonObject } from '../core/json.js';
import type { LogTypeName } from '../core/log-type-names.js';
import type { Row } from '../core/ports.js';
import { historyDrawer, internalDrawer, pendingDrawer, pullDrawer } from './event-rows.js';
import { notificationDrawer, notificationHistoryDrawer } from './notification-rows.js';
import { incomingDrawer, refusedDrawer, webhookDrawer } from './webhook-rows.js';

/** One sort of entry that `logs` shows. */
export interface LogType {
  readonly name: LogTypeName;
  /** Drawers of the store that hold it. */
  readonly drawers: readonly string[];
  readonly states: readonly string[];
  /** One line for people. */
  readonly about: (data: JsonObject, row: Row) => string;
  /** What caused it, where that is not its parent. */
  readonly cause?: (data: JsonObject) => unknown;
  /** Ids of what it caused, where these do not name it as their parent. */
  readonly caused?: (data: JsonObject) => readonly unknown[];
}

const over = ['completed', 'failed'];

/** In the order in which they are listed where all else is equal. */
export const logTypes: readonly LogType[] = [
  {
    name: 'flow-run',
    drawers: ['flow-run'],
    states: ['queued', 'running', ...over, 'stopped', 'interrupted'],
    about: ({ connection, inputs }, { parent = '' }) =>
      words(
        `flow/${parent}`,
        withWhom(connection),
        Number(inputs) > 1 ? `(${String(inputs)} inputs)` : undefined,
      ),
    cause: ({ launchedBy }) => {
      if (!isObject(launchedBy)) return undefined;
      return (
        launchedBy['flowRunId'] ?? (Array.isArray(launchedBy['events']) ? launchedBy['events'][0] : undefined)
      );
    },
  },
  {
    name: 'action-run',
    drawers: ['action-run'],
    states: ['running', ...over],
    about: ({ ref }) => words(ref),
  },
  {
    name: 'request',
    drawers: ['request'],
    states: ['ok', 'failed'],
    about: ({ method, url, status, code, error }) => words(method, url, status ?? code ?? error),
  },
  {
    name: 'connection-attempt',
    drawers: ['connection-attempt'],
    states: over,
    about: ({ action, connection }) => words(action, connection),
  },
  {
    name: 'event-pull',
    drawers: [pullDrawer],
    states: over,
    about: ({ name, events, records, error }) =>
      words(name, messageOf(error) ?? `${String(events ?? 0)} new of ${String(records ?? 0)}`),
  },
  {
    name: 'event',
    drawers: [pendingDrawer, historyDrawer],
    states: ['pending', 'starting', 'done', 'skipped', 'dropped', 'dead'],
    about: ({ name, type, record, error }) => words(name, type, record, messageOf(error)),
    caused: ({ run }) => [run],
  },
  {
    name: 'webhook',
    drawers: [incomingDrawer, webhookDrawer, refusedDrawer],
    states: ['pending', 'done', 'dead', 'refused'],
    about: ({ error }, { parent }) => words(parent, messageOf(error)),
    caused: ({ events }) =>
      Array.isArray(events) ? events.map((one) => (isObject(one) ? one['id'] : one)) : [],
  },
  {
    name: 'internal-event',
    drawers: [internalDrawer],
    states: ['stored', 'unheard'],
    about: ({ key, starts }) =>
      words(key, Array.isArray(starts) && starts.length > 0 ? `→ ${starts.join(', ')}` : ''),
  },
  {
    name: 'notification',
    drawers: [notificationDrawer, notificationHistoryDrawer],
    states: ['held', 'pending', 'done', 'dead', 'dropped'],
    about: ({ eventType, to, error }) => words(eventType, 'to', to, messageOf(error)),
  },
];

function words(...parts: readonly unknown[]): string {
  return parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map(String)
    .join(' ');
}

function withWhom(connection: unknown): string | undefined {
  return typeof connection === 'string' ? `with ${connection}` : undefined;
}

function messageOf(error: unknown): string | undefined {
  return isObject(error) && typeof error['message'] === 'string' ? `(${error['message']})` : undefined;
}
