import { isObject } from '../core/json.js';
import { regexOf, type Node, type ObjectNode } from './schemas-node.js';
import type { Walk } from './schemas-walk.js';

/**
 * The fields of an object that a schema says something about, apart from its own `unevaluatedProperties`.
 * Of alternatives only those count that the value fits; with `names` all count, and declared names that the value
 * does not have are given too: for suggestions.
 */
export function evaluatedFields(
  owner: ObjectNode,
  value: Record<string, unknown>,
  walk: Walk,
  names: true,
): Set<string>;
export function evaluatedFields(
  owner: ObjectNode,
  value: Record<string, unknown>,
  walk: Walk,
): Set<string> | 'all';
export function evaluatedFields(
  owner: ObjectNode,
  value: Record<string, unknown>,
  walk: Walk,
  names = false,
): Set<string> | 'all' {
  const seen = new Set<string>();
  const visited = new Set<ObjectNode>();
  const all = !collect(owner, true);
  return all ? 'all' : seen;

  /** False as soon as every field has been seen. */
  function collect(node: Node, outermost = false): boolean {
    if (typeof node === 'boolean' || visited.has(node)) return true;
    visited.add(node);
    const { words } = node;
    const takesAll =
      words.additionalProperties !== undefined || (!outermost && words.unevaluatedProperties !== undefined);
    if (takesAll && !names) return false;
    for (const name of Object.keys(words.properties ?? {}))
      if (names || Object.hasOwn(value, name)) seen.add(name);
    for (const pattern of names ? [] : Object.keys(words.patternProperties ?? {})) {
      for (const name of Object.keys(value)) if (regexOf(pattern).test(name)) seen.add(name);
    }
    return inPlace(node, value, walk, names).every((inner) => collect(inner));
  }
}

/** The items of a list that a schema says something about, apart from its own `unevaluatedItems`. */
export function evaluatedItems(
  owner: ObjectNode,
  value: readonly unknown[],
  walk: Walk,
): Set<number> | 'all' {
  const seen = new Set<number>();
  const visited = new Set<ObjectNode>();
  return collect(owner, true) ? seen : 'all';

  function collect(node: Node, outermost = false): boolean {
    if (typeof node === 'boolean' || visited.has(node)) return true;
    visited.add(node);
    const { words } = node;
    if (words.items !== undefined || (!outermost && words.unevaluatedItems !== undefined)) return false;
    for (const index of words.prefixItems?.keys() ?? []) seen.add(index);
    if (words.contains !== undefined) {
      for (const [index, item] of value.entries()) if (walk.fits(words.contains, item)) seen.add(index);
    }
    return inPlace(node, value, walk, false).every((inner) => collect(inner));
  }
}

/** The schemas that apply to the same value, of which the value fits all; with `all` whether it does or not. */
function inPlace({ words }: ObjectNode, value: unknown, walk: Walk, all: boolean): Node[] {
  const branches = [...(words.allOf ?? []), ...(words.anyOf ?? []), ...(words.oneOf ?? [])];
  if (words.$ref !== undefined) branches.push(words.$ref);
  if (words.$dynamicRef !== undefined) branches.push(walk.dynamicTarget(words.$dynamicRef));
  for (const [field, node] of Object.entries(words.dependentSchemas ?? {})) {
    if (all || (isObject(value) && Object.hasOwn(value, field))) branches.push(node);
  }
  if (words.if !== undefined) {
    const holds = walk.fits(words.if, value);
    if (holds || all) branches.push(words.if, words.then ?? true);
    if (!holds || all) branches.push(words.else ?? true);
  }
  return all ? branches : branches.filter((node) => walk.fits(node, value));
}
