import { alertDrawer } from './alert-rows.js';
import { notificationDrawer } from './notification-rows.js';

const drawers: ReadonlySet<string> = new Set([
  'credentials-refresh',
  'secret-trace',
  'connection-attempt',
  notificationDrawer,
  alertDrawer,
]);

/**
 * What is stored although something is only tried: new credentials, which cannot be asked for twice, and what is told
 * and logged of them.
 */
export const storedAside = {
  drawer: (name: string): boolean => drawers.has(name),
  lock: (name: string): boolean => name.startsWith('connection/') || name.startsWith('alert/'),
};
