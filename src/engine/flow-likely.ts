import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { NodeOutcome, Walk } from '../core/walk.js';

interface Tried {
  readonly node: string;
  /** What came of it with what stood in for the answers of apps. */
  readonly first: NodeOutcome;
}

/**
 * What becomes of a node run that would have changed something: the outcome as it is, or an output to go on with. What
 * its element says that it gives goes before what came of made-up answers. Where it fails because of these and nobody
 * says what it gives, its branch ends.
 */
export function likelyOutcome(
  walk: Walk | undefined,
  flow: JsonObject,
  { node, first }: Tried,
): { readonly outcome: NodeOutcome } | { readonly output: Json } {
  const { error } = first.facts;
  if (isObject(error) && isOfApp(error['code'])) return { outcome: first };
  const { example, otherwise } = walk?.likely(flow, node) ?? {};
  if (example !== undefined) return { output: example };
  if (first.state !== 'failed') return { outcome: standingIn(first) };
  if (otherwise !== undefined) return { output: otherwise };
  const why = isObject(error) ? String(error['message']) : 'it failed';
  return { outcome: { state: 'skipped', facts: { endsHere: why } } };
}

/** The outcome, marked as one that stands in for what an app would have said. */
export function standingIn<T extends NodeOutcome | undefined>(outcome: T): T {
  return outcome && { ...outcome, facts: { ...outcome.facts, standIn: true } };
}

/** Whether an app, or the way to it, is what failed: not what was made of answers that it never gave. */
export function isOfApp(code: unknown): boolean {
  return typeof code === 'string' && /^(?:auth|connection|http\/(?!request$))/.test(code);
}
