import { isObject } from '../core/json.js';
import { explain } from './schemas-explain.js';
import type { Node, ObjectNode } from './schemas-node.js';

/** Fills in the `default`s of a schema; undefined for a schema that has none. What it is given is never changed. */
export function defaultsOf(root: Node): ((value: unknown) => unknown) | undefined {
  return hasDefault(root, new Set()) ? (value) => fill(root, value) : undefined;
}

function hasDefault(node: Node | undefined, seen: Set<Node>): boolean {
  if (node === undefined || typeof node === 'boolean' || seen.has(node)) return false;
  seen.add(node);
  return node.words.default !== undefined || inner(node).some((part) => hasDefault(part, seen));
}

function inner({ words }: ObjectNode): (Node | undefined)[] {
  const { properties = {}, prefixItems = [], items, $ref, allOf = [], then: yes, else: no } = words;
  return [...Object.values(properties), ...prefixItems, items, $ref, ...allOf, yes, no];
}

/** A copy only where something was missing: the same value where nothing was. */
function fill(node: Node, value: unknown): unknown {
  if (typeof node === 'boolean') return value;
  const { words } = node;
  let filled = value === undefined && words.default !== undefined ? structuredClone(words.default) : value;
  if (words.$ref !== undefined) filled = fill(words.$ref, filled);
  for (const part of words.allOf ?? []) filled = fill(part, filled);
  if (isObject(filled)) filled = fillFields(words.properties ?? {}, filled);
  else if (Array.isArray(filled)) filled = fillItems(node, filled);
  if (words.if !== undefined && filled !== undefined) {
    const next = explain(words.if, filled).problems.length === 0 ? words.then : words.else;
    if (next !== undefined) filled = fill(next, filled);
  }
  return filled;
}

function fillFields(properties: Readonly<Record<string, Node>>, value: Record<string, unknown>): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const [name, node] of Object.entries(properties)) {
    const before = Object.hasOwn(value, name) ? value[name] : undefined;
    const after = fill(node, before);
    if (after === before) continue;
    copy ??= { ...value };
    // not by assignment, which `__proto__` would turn into something else
    Object.defineProperty(copy, name, { value: after, enumerable: true, writable: true, configurable: true });
  }
  return copy ?? value;
}

function fillItems({ words }: ObjectNode, value: readonly unknown[]): unknown {
  let changed = false;
  const items = value.map((item, index) => {
    const node = words.prefixItems?.[index] ?? words.items;
    const after = node === undefined ? item : fill(node, item);
    changed ||= after !== item;
    return after;
  });
  return changed ? items : value;
}
