import { configPlaces } from '../../config/places.js';
import { recordTriggerConfig } from '../record-trigger-config.js';
import { recordEvent, recordTriggerTargets } from '../record-trigger-types.js';
import type { NodeType } from '../node-type.js';
import { recordsIn } from '../trigger-words.js';

export const dataRecordCreatedTrigger: NodeType = {
  name: 'data-record-created-trigger',
  summary: 'Starts a run when a record is created in the external app.',
  trigger: true,
  when: (config) => `when a record of ${recordsIn(config)} is created`,
  needsConnection: true,
  config: recordTriggerConfig,
  places: configPlaces,
  targets: recordTriggerTargets,
  output: recordEvent,
};
