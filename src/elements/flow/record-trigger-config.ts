import type { JsonObject } from '../../core/json.js';
import { dataSourceConfig } from '../config/data-source.js';
import { fieldMappingConfig } from '../config/field-mapping.js';
import { anyFormula, count, object } from '../schema-parts.js';

/** `config` of the triggers on records. */
export const recordTriggerConfig: JsonObject = object('Which records.', {
  dataSource: dataSourceConfig,
  fieldMapping: fieldMappingConfig,
  filter: anyFormula('Which events start a run; it sees the event.'),
  pullUpdatesIntervalSeconds: count('Seconds between pulls of changed records.', 1),
  fullSyncIntervalSeconds: count('Seconds between full scans.', 60),
});
