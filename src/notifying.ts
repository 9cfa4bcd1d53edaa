import type { Alert, AlertType } from './engine/alert-rows.js';
import { findAlert } from './engine/alert-rows.js';
import { judgeAlerts } from './engine/alert-judge.js';
import { listAlerts, resolveAlert, type AlertQuery } from './engine/alerts.js';
import type { Engine } from './engine/engine.js';
import {
  dropNotifications,
  retryNotifications,
  testNotifications,
  type NotificationTest,
  type Retried,
} from './engine/notification-change.js';
import {
  findNotifications,
  listNotifications,
  type NotificationQuery,
  type StoredNotification,
} from './engine/notification-rows.js';

export type {
  Alert,
  AlertQuery,
  AlertType,
  NotificationQuery,
  NotificationTest,
  Retried,
  StoredNotification,
};

/** What is told to others, and what is wrong. Every method rejects with a MembraneError when it cannot do its work. */
export function notifyingMethods(engine: Engine, signal: AbortSignal) {
  return {
    notifications: {
      /** Newest first: what waits to be sent, and what became of the rest. */
      list: (query: NotificationQuery = {}): Promise<StoredNotification[]> =>
        listNotifications(engine, query),
      /** One for each receiver of it. */
      show: (id: string): Promise<StoredNotification[]> => findNotifications(engine, id),
      /** Sends again, at once; all dead ones unless some are named. */
      retry: (ids: readonly string[] = []): Promise<Retried> => retryNotifications(engine, ids, signal),
      drop: (ids: readonly string[]): Promise<number> => dropNotifications(engine, ids),
      /** Sends a test to each receiver, or to an address. */
      test: (url?: string): Promise<NotificationTest[]> => testNotifications(engine, url, signal),
    },
    alerts: {
      /** Newest first; looks first whether anything has changed. */
      list: async (query: AlertQuery = {}): Promise<Alert[]> => {
        await judgeAlerts(engine);
        return listAlerts(engine, query);
      },
      show: (id: string): Promise<Alert> => findAlert(engine, id),
      resolve: (id: string): Promise<Alert> => resolveAlert(engine, id),
    },
  };
}
