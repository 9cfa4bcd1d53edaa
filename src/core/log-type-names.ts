/** The sorts of entries that the log has. */
export const logTypeNames = [
  'flow-run',
  'action-run',
  'request',
  'connection-attempt',
  'event-pull',
  'event',
  'webhook',
  'internal-event',
  'notification',
] as const;

export type LogTypeName = (typeof logTypeNames)[number];
