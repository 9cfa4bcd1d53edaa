import { openAlerts, type Alert } from './alert-rows.js';
import { judgeAlerts } from './alert-judge.js';
import type { Engine } from './engine.js';
import type { Told } from './notification-lane.js';
import { openOutbox, type Outbox } from './notification-outbox.js';
import type { WatchEvent } from './watch-events.js';

/** What a watcher does beside: it sends notifications, and looks for what is wrong. */
export interface WatchNotices extends Outbox {
  judge(engine: Engine): Promise<void>;
}

export function watchNotices(
  engine: Engine,
  options: {
    readonly engineOf: (tenant: string) => Promise<Engine | undefined>;
    readonly signal: AbortSignal;
    readonly tell: (event: WatchEvent) => void;
  },
): WatchNotices {
  const { clock } = engine.ports;
  const { engineOf, signal, tell } = options;
  const watchedSince = clock.now();
  /** As they were when they were looked at last, by tenant. */
  const ongoing = new Map<string, readonly Alert[]>();
  const outbox = openOutbox(engine, {
    engineOf,
    signal,
    tell: (told) => tell(notificationEvent(told, clock.now())),
  });
  return {
    round: () => outbox.round(),
    all: () => outbox.all(),
    idle: () => outbox.idle(),
    async judge(own) {
      const { tenant } = own;
      const before =
        ongoing.get(tenant) ?? (await ongoingOf(own)).filter(({ createdAt }) => createdAt < watchedSince);
      await judgeAlerts(own, { watchedSince });
      // Runs, refreshes and other processes begin and end alerts, too.
      const now = await ongoingOf(own);
      for (const alert of without(now, before)) tell(alertEvent(alert, clock.now()));
      for (const alert of without(before, now))
        tell(alertEvent({ ...alert, status: 'resolved' }, clock.now()));
      ongoing.set(tenant, now);
    },
  };
}

async function ongoingOf(engine: Engine): Promise<Alert[]> {
  return (await openAlerts(engine)).filter(({ status }) => status === 'ongoing');
}

function without(alerts: readonly Alert[], others: readonly Alert[]): Alert[] {
  const ids = new Set(others.map(({ id }) => id));
  return alerts.filter(({ id }) => !ids.has(id));
}

function notificationEvent({ notification, ms }: Told, time: number): WatchEvent {
  const { id, eventType, to, state, attempts, tryAt, error } = notification;
  return {
    type: 'notification',
    time,
    notification: id,
    eventType,
    to,
    state,
    attempts,
    ms,
    ...(tryAt === undefined ? {} : { tryAt }),
    ...(error === undefined ? {} : { error }),
  };
}

function alertEvent({ id, type, severity, status, description }: Alert, time: number): WatchEvent {
  return { type: 'alert', time, alert: id, alertType: type, severity, status, description };
}
