import { isObject, valueAt, type JsonObject, type JsonPath } from '../../core/json.js';
import type { OtherElement } from '../../core/kind.js';
import { isFormula } from '../places.js';

/** One layer's part of a value that is merged of several, without what a lower layer says differently. */
export interface ValuePart {
  readonly value: unknown;
  /** The name of the field that it stands in. */
  readonly field: string;
  readonly universal: boolean;
}

/**
 * The parts of a value that an element has in several fields (`defaultImportValue` below `importValue`) and on
 * several layers, merged as layers are: objects deeply, a formula or a list as a whole, `null` removes. They stay apart,
 * because values of the universal layer may address other fields than those of lower layers.
 */
export function layeredValue(element: OtherElement, fields: readonly string[]): readonly ValuePart[] {
  let known = made.get(element.value);
  if (known === undefined) made.set(element.value, (known = new Map()));
  const name = fields.join();
  let parts = known.get(name);
  if (parts === undefined) known.set(name, (parts = mergeParts(element, fields)));
  return parts;
}

/** By the value of the element: the same parts are the same objects, which are compiled once. */
const made = new WeakMap<JsonObject, Map<string, readonly ValuePart[]>>();

function mergeParts(element: OtherElement, fields: readonly string[]): readonly ValuePart[] {
  const parts: ValuePart[] = [];
  for (const field of fields) {
    for (const { layer, value } of element.layers) {
      const own = valueAt(value, [field]);
      if (own === undefined) continue;
      const kept = parts.flatMap((part): ValuePart[] => {
        const rest = without(part.value, own);
        return rest === undefined ? [] : [{ ...part, value: rest }];
      });
      const cleaned = withoutNulls(own);
      parts.splice(0, parts.length, ...kept);
      if (cleaned !== undefined) parts.push({ value: cleaned, field, universal: layer === 'universal' });
    }
  }
  return joined(parts);
}

/** What is left of a value once another one is merged over it; undefined where nothing is. */
function without(upper: unknown, lower: unknown): unknown {
  if (!isMergeable(lower) || !isMergeable(upper)) return undefined;
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(upper)) {
    const rest = Object.hasOwn(lower, name) ? without(value, lower[name]) : value;
    if (rest !== undefined) kept.push([name, rest]);
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function isMergeable(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !isFormula(value);
}

/** Nulls have removed what was above them, and mean nothing more. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (!isMergeable(value)) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, withoutNulls(part)] as const);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

/** Parts of one field that address the same are one: what is evaluated once is evaluated sooner. */
function joined(parts: readonly ValuePart[]): ValuePart[] {
  const result: ValuePart[] = [];
  for (const part of parts) {
    const before = result.at(-1);
    const alike = before?.field === part.field && before.universal === part.universal;
    if (alike) result[result.length - 1] = { ...before, value: mergeObjects(before.value, part.value) };
    else result.push(part);
  }
  return result;
}

/** Joins what was evaluated apart: where both are objects, both were written as objects. */
export function mergeObjects(above: unknown, below: unknown): unknown {
  if (!isObject(above) || !isObject(below)) return below === undefined ? above : below;
  const merged: Record<string, unknown> = { ...above };
  for (const [name, value] of Object.entries(below)) {
    merged[name] = Object.hasOwn(merged, name) ? mergeObjects(merged[name], value) : value;
  }
  return merged;
}

/** Where a place of a part was written. */
export function originOf({ field }: ValuePart): (path: JsonPath) => JsonPath {
  return (path) => [field, ...path];
}
