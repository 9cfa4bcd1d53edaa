import { MembraneError } from '../core/error.js';
import type { Engine } from './engine.js';
import { addressRow, hookUri, newToken } from './hook-rows.js';
import { isTold } from './hook-life.js';
import { withSubscription } from './subscription-change.js';
import { openSubscription } from './subscription-open.js';
import { subscriptionDrawer, subscriptionRow, type Subscription } from './subscription-rows.js';
import { receiverPlace } from './webhook-receive-where.js';
import { addressDrawer } from './webhook-rows.js';

/**
 * The subscription with the address that somebody has to register by hand, made where it has none yet. Of others, and
 * where it cannot be told, it is as it was.
 */
export async function withAddress(
  engine: Engine,
  subscription: Subscription,
  signal: AbortSignal,
): Promise<Subscription> {
  const { id, tenant, state, hook: known } = subscription;
  if (state === 'ended' || !isTold(subscription) || known?.uri !== undefined) return subscription;
  if (!(await isByHand(engine, subscription, signal))) return subscription;
  const made = await withSubscription(engine, id, 5_000, async (now, guard) => {
    if (now === undefined || now.hook?.uri !== undefined) return now;
    const token = now.hook?.token ?? newToken();
    const uri = hookUri(publicUrl(engine), token);
    const changed: Subscription = { ...now, hook: { ...now.hook, token, uri, byHand: true } };
    const address = addressRow({ id: token, tenant, subscription: id }, engine.ports.clock.now());
    const store = await engine.ports.store();
    await store.write(
      [
        { drawer: addressDrawer, put: [address] },
        { drawer: subscriptionDrawer, put: [subscriptionRow(changed)] },
      ],
      { guard },
    );
    return changed;
  });
  return made ?? subscription;
}

/** As membrane.yaml says it; where it says nothing, what comes before the path is not known yet. */
function publicUrl(engine: Engine): string {
  const place = receiverPlace(engine, {});
  return place?.publicUrl ?? '';
}

async function isByHand(engine: Engine, subscription: Subscription, signal: AbortSignal): Promise<boolean> {
  try {
    const { kind, element, trigger, context } = await openSubscription(engine, subscription, signal);
    const hook = (await kind.openPull?.(context, element.value, trigger))?.hook;
    return hook !== undefined && hook.subscribe === undefined && hook.selector === undefined;
  } catch (error) {
    if (error instanceof MembraneError) return false;
    throw error;
  }
}
