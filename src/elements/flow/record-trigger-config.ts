import type { JsonObject } from '../../core/json.js';
import { dataSourceConfig } from '../config/data-source.js';
import { fieldMappingConfig } from '../config/field-mapping.js';
import { lookIntervals } from '../config/intervals.js';
import { anyFormula, object } from '../schema-parts.js';

/** `config` of the triggers on records. */
export const recordTriggerConfig: JsonObject = object('Which records.', {
  dataSource: dataSourceConfig,
  fieldMapping: fieldMappingConfig,
  filter: anyFormula('Which events start a run; it sees the event.'),
  ...lookIntervals,
});
