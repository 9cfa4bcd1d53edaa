import type { Diagnostic } from '../core/diagnostic.js';
import type { JsonSchema } from '../core/schema.js';
import { requireElement } from './choose.js';
import { findConnection } from './connections.js';
import type { Engine } from './engine.js';
import { customisedFor } from './instances-stored.js';
import { requireSound } from './sound.js';
import { askPorts } from './world.js';

export interface SchemaOptions {
  /** As it stands for this connection, key or id. */
  readonly connection?: string | undefined;
  /** Ask for it again, although an answer is remembered that is still fresh. */
  readonly refresh?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** The schema of a data-schema: as it is written, or as the user's app gives it for the tenant. */
export async function schemaOfYourApp(
  engine: Engine,
  key: string,
  { connection: wanted, refresh = false, signal }: SchemaOptions,
): Promise<{ schema: JsonSchema; warnings: readonly Diagnostic[] }> {
  const connection = wanted === undefined ? undefined : await findConnection(engine, wanted);
  const scope =
    connection === undefined
      ? {}
      : { connection: connection.key, integration: connection.integrationKey, tenant: engine.tenant };
  const element = requireElement(engine, 'data-schema', key, scope);
  await requireSound(engine, element);
  const customised = connection === undefined ? [] : await customisedFor(engine, connection);
  const warnings: Diagnostic[] = [];
  const runnable = { element, connection, customised, instance: undefined, input: undefined };
  const ports = await askPorts(engine, runnable, warnings, signal);
  const schema = await ports.dataSchema?.({ type: 'internal-data-schema', key, refresh });
  return { schema: schema ?? true, warnings };
}
