import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { Kind, RunContext } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import type { Trigger } from '../core/subscription.js';
import type { Exchange } from './client.js';
import { findConnection } from './connections.js';
import { loggedBodies } from './data-run.js';
import type { Engine } from './engine.js';
import { customisedFor } from './instances-stored.js';
import { requireSound } from './sound.js';
import type { Subscription } from './subscription-rows.js';
import { openWorld } from './world.js';

/** The element behind a subscription as it stands now, and what it can touch. */
export interface OpenSubscription {
  readonly kind: Kind;
  readonly element: ResolvedElement;
  readonly trigger: Trigger;
  readonly context: RunContext;
  readonly redact: <T>(value: T) => T;
  readonly exchanges: readonly Exchange[];
  /** What was odd about what was found. */
  readonly warnings: readonly Diagnostic[];
}

/** Rejects where the element is gone, off or wrong, and where its connection is. */
export async function openSubscription(
  engine: Engine,
  { kind: name, key, trigger: wanted, connectionId, instance }: Subscription,
  signal: AbortSignal,
): Promise<OpenSubscription> {
  const { project, tenant } = engine;
  const connection = connectionId === undefined ? undefined : await findConnection(engine, connectionId);
  const customised = connection === undefined ? [] : await customisedFor(engine, connection);
  const scope =
    connection === undefined
      ? { tenant }
      : { tenant, connection: connection.key, integration: connection.integrationKey, instance, customised };
  const kind = engine.kinds.find((one) => one.name === name);
  const element = project.resolve(name, key, scope);
  const trigger = kind?.triggers?.(element?.value ?? {}).find((one) => one.key === wanted);
  if (kind === undefined || element === undefined || trigger === undefined) {
    throw new MembraneError('element/not-found', `${name} "${key}" does not wait for this any more`, {
      hint: `its file has changed: membrane ${name} show ${key}`,
    });
  }
  await requireSound(engine, element);
  const exchanges: Exchange[] = [];
  const warnings: Diagnostic[] = [];
  const gathered = { exchanges, lines: [], warnings, loggedBodies };
  const world = await openWorld(
    engine,
    { element, connection, customised, instance, input: {} },
    gathered,
    signal,
  );
  return { kind, element, trigger, exchanges, warnings, context: world.context, redact: world.redact };
}
