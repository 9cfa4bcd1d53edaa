import type { NodeType } from '../node-type.js';
import { actionNodes } from './action-nodes.js';
import { apiTrigger } from './api-trigger.js';
import { appEventTrigger } from './app-event-trigger.js';
import { connectorEventTrigger } from './connector-event-trigger.js';
import { createDataLink } from './create-data-link.js';
import { dataRecordCreatedTrigger } from './data-record-created-trigger.js';
import { dataRecordDeletedTrigger } from './data-record-deleted-trigger.js';
import { dataRecordUpdatedTrigger } from './data-record-updated-trigger.js';
import { deleteDataLink } from './delete-data-link.js';
import { filter } from './filter.js';
import { findDataLink } from './find-data-link.js';
import { forEach } from './for-each.js';
import { runAction } from './run-action.js';
import { scheduleTrigger } from './schedule-trigger.js';
import { transformData } from './transform-data.js';

/** Every type of node: triggers first. */
export const nodeTypes: readonly NodeType[] = [
  apiTrigger,
  scheduleTrigger,
  appEventTrigger,
  dataRecordCreatedTrigger,
  dataRecordUpdatedTrigger,
  dataRecordDeletedTrigger,
  connectorEventTrigger,
  ...actionNodes,
  runAction,
  transformData,
  filter,
  forEach,
  createDataLink,
  findDataLink,
  deleteDataLink,
];

const byName = new Map(
  nodeTypes.flatMap((type) => [type.name, ...(type.aliases ?? [])].map((name) => [name, type])),
);

/** The type with a name, or with an older name. */
export function nodeType(name: unknown): NodeType | undefined {
  return typeof name === 'string' ? byName.get(name) : undefined;
}
