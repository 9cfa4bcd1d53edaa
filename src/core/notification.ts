/** Everything that others can be told of. */
export const notificationEvents = [
  'connection.created',
  'connection.disconnected',
  'connection.reconnected',
  'connection.deleted',
  'flowRun.queued',
  'flowRun.started',
  'flowRun.completed',
  'flowRun.failed',
  'flowRun.stopped',
  'alert.created',
  'alert.resolved',
] as const;

export type NotificationEvent = (typeof notificationEvents)[number];

/** What a receiver may ask for: an event, all of one sort (`flowRun.*`), or all (`*`). */
export const notificationPatterns: readonly string[] = [
  ...notificationEvents,
  ...new Set(notificationEvents.map((event) => `${event.split('.', 1)[0]}.*`)),
  '*',
];

export function fitsPattern(pattern: string, event: string): boolean {
  return (
    pattern === '*' || pattern === event || (pattern.endsWith('.*') && event.startsWith(pattern.slice(0, -1)))
  );
}
