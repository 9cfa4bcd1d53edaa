import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { Engine } from './engine.js';
import { listSubscriptions, nameOf, type Subscription } from './subscription-rows.js';

type Only = readonly string[] | undefined;

/** Whether a watcher of only some is to watch a subscription. */
export function isWanted(subscription: Subscription, only: Only): boolean {
  if (only === undefined || only.length === 0) return true;
  return namesOf(subscription).some((name) => only.includes(name));
}

/** Rejects with `element/not-found` for a name of none: a watcher would wait for ever. */
export async function requireWanted(engines: readonly Engine[], only: Only): Promise<void> {
  if (only === undefined || only.length === 0) return;
  const all = (await Promise.all(engines.map(listSubscriptions))).flat();
  const active = new Set(all.filter(({ state }) => state === 'active').flatMap(namesOf));
  const missing = only.find((name) => !active.has(name));
  if (missing === undefined) return;
  const other = all.find((one) => namesOf(one).includes(missing));
  if (other !== undefined) {
    const resume = `resume it: membrane event subscriptions resume ${nameOf(other)}`;
    const what = other.state === 'paused' ? 'is paused' : 'is switched off or gone';
    throw new MembraneError('element/not-found', `"${missing}" ${what}: it cannot be watched`, {
      hint: other.state === 'paused' ? resume : 'see what waits with "membrane event subscriptions list"',
    });
  }
  throw new MembraneError('element/not-found', `no subscription "${missing}"`, {
    hint:
      didYouMean(missing, all.filter(({ state }) => state !== 'ended').flatMap(namesOf)) ??
      'see them with "membrane event subscriptions list"',
  });
}

/** Its name and id, and what its element is called. */
function namesOf(subscription: Subscription): string[] {
  const { id, kind, key } = subscription;
  return [nameOf(subscription), `${kind}/${key}`, key, id];
}
