import type { Kind } from '../core/kind.js';
import { action } from './action/index.js';
import { connector } from './connector/index.js';
import { dataCollection } from './data-collection/index.js';
import { dataLinkTable } from './data-link-table/index.js';
import { dataSchemaKind } from './data-schema/index.js';
import { dataSource } from './data-source/index.js';
import { event } from './event/index.js';
import { externalEvent } from './external-event/index.js';
import { fieldMapping } from './field-mapping/index.js';
import { flow } from './flow/index.js';
import { globalWebhook } from './global-webhook/index.js';
import { integration } from './integration/index.js';
import { internalEvent } from './internal-event/index.js';
import { operation } from './operation/index.js';
import { defineScenario } from './scenario/index.js';

export { authTypes } from './connector/auth/index.js';
export { functionTypes } from './functions/index.js';

const grouped: readonly Kind[] = [
  connector,
  integration,
  action,
  flow,
  externalEvent,
  dataSource,
  fieldMapping,
  dataLinkTable,
  internalEvent,
  dataSchemaKind,
  dataCollection,
  operation,
  event,
  globalWebhook,
];

/** Every element kind. */
export const kinds: readonly Kind[] = [...grouped, defineScenario(grouped)];
