import type { Connection } from '../core/connection.js';
import type { Engine } from './engine.js';
import { failingFlows } from './alert-flows.js';
import { growingQueue } from './alert-queue.js';
import { causeOf, openAlerts } from './alert-rows.js';
import { endAlert, raiseAlert, type Cause } from './alerts.js';
import { notificationOf, notificationsOf } from './notification-rows.js';
import { listSubscriptions, nameOf } from './subscription-rows.js';

export interface JudgeOptions {
  /** Since when somebody watches; absent: nobody does, and whatever waits is no wonder. */
  readonly watchedSince?: number | undefined;
}

/** So often in a row something has to fail before it is more than a bad day. */
const failuresAtLeast = 5;
/** Such a part of a limit is near to it. */
const nearness = 0.8;
const most = 1_000;

/** Looks at everything that can be wrong: opens alerts for what is, and ends those whose cause is over. */
export async function judgeAlerts(engine: Engine, options: JudgeOptions = {}): Promise<void> {
  const { watchedSince } = options;
  const causes = [
    ...(await disconnected(engine)),
    ...(await failingFlows(engine)),
    ...(await subscriptionCauses(engine)),
    ...(await failingReceivers(engine)),
    ...(watchedSince === undefined ? [] : await growingQueue(engine, watchedSince)),
  ];
  const there = new Set(causes.map(causeOf));
  for (const cause of causes) await raiseAlert(engine, cause);
  for (const alert of await openAlerts(engine)) {
    const isJudged = alert.type !== 'event_queue_growing' || watchedSince !== undefined;
    if (isJudged && !there.has(causeOf(alert))) await endAlert(engine, alert);
  }
}

export function disconnectedCause({ id, key, error }: Connection): Cause {
  const why = error === undefined ? '' : `: ${error.message}`;
  return {
    type: 'connection_disconnected',
    severity: 'error',
    subject: id,
    connectionId: id,
    description: `the connection "${key}" is disconnected${why}`,
    help: `connect it again: membrane connection reconnect ${key}`,
  };
}

async function disconnected({ ports, tenant }: Engine): Promise<Cause[]> {
  const connections = await ports.connections.list(tenant);
  return connections.filter((one) => one.disconnected).map(disconnectedCause);
}

async function subscriptionCauses(engine: Engine): Promise<Cause[]> {
  const { listPages } = engine.project.config.limits;
  const active = (await listSubscriptions(engine)).filter(({ state }) => state === 'active');
  return active.flatMap((one): Cause[] => {
    const { id: subject, connectionId, failures, error, pages = 0 } = one;
    const name = nameOf(one);
    const about = { subject, ...(connectionId === undefined ? {} : { connectionId }) };
    const failing: Cause = {
      ...about,
      type: 'subscription_failing',
      severity: 'error',
      description: `"${name}" failed to look ${failures} times in a row: ${String(error?.['message'])}`,
      help: `see its looks: membrane event pulls --subscription ${name}`,
    };
    const near: Cause = {
      ...about,
      type: 'limit_near',
      severity: 'warning',
      description: `"${name}" reads ${pages} pages of at most ${listPages}: above that its looks fail`,
      help: 'raise "limits.listPages" in membrane.yaml, or give the list a filter',
    };
    return [
      ...(failures >= failuresAtLeast ? [failing] : []),
      ...(pages >= nearness * listPages ? [near] : []),
    ];
  });
}

/** The oldest of what waits tells enough: a receiver that takes nothing has some there. */
async function failingReceivers(engine: Engine): Promise<Cause[]> {
  const { waiting } = await notificationsOf(engine);
  const rows = await waiting.list({ tenant: engine.tenant, order: 'oldest', limit: most });
  const failing = rows.map(notificationOf).filter(({ attempts }) => attempts >= failuresAtLeast);
  return [...new Map(failing.map((one) => [one.receiver, one])).values()].map(
    ({ receiver, to, attempts, error }) => ({
      type: 'notification_failing',
      severity: 'warning',
      subject: receiver,
      description: `notifications to ${to} failed ${attempts} times in a row: ${String(error?.['message'])}`,
      help: 'see them: membrane notification list --state pending; try: membrane notification test',
    }),
  );
}
