import type { JsonObject } from '../../core/json.js';
import { count } from '../schema-parts.js';

/** How often what waits for records looks for them. */
export const lookIntervals: JsonObject = {
  pullUpdatesIntervalSeconds: count('Seconds between pulls of changed records.', 1),
  fullSyncIntervalSeconds: count('Seconds between full scans.', 60),
};
