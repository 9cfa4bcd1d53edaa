import type { EventMethod } from '../event-method.js';
import { connectorEvent } from './connector-event.js';
import { customPull } from './custom-pull.js';
import { fullScan } from './full-scan.js';
import { pullLatestRecords } from './pull-latest-records.js';
import { webhook } from './webhook.js';

/** Every way to learn of changed records. */
export const eventMethods: readonly EventMethod[] = [
  webhook,
  pullLatestRecords,
  customPull,
  fullScan,
  connectorEvent,
];
