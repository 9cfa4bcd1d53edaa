import { configPlaces } from '../../config/places.js';
import { recordTriggerConfig } from '../record-trigger-config.js';
import { recordEvent, recordTriggerTargets } from '../record-trigger-types.js';
import type { NodeType } from '../node-type.js';
import { recordsIn } from '../trigger-words.js';

export const dataRecordDeletedTrigger: NodeType = {
  name: 'data-record-deleted-trigger',
  summary: 'Starts a run when a record is deleted in the external app.',
  trigger: true,
  when: (config) => `when a record of ${recordsIn(config)} is deleted`,
  needsConnection: true,
  config: recordTriggerConfig,
  places: configPlaces,
  targets: recordTriggerTargets,
  output: recordEvent,
};
