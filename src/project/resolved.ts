import { valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import { mergeLayers } from '../core/layers.js';
import type { Element, ResolvedElement } from '../core/project.js';

/** One element out of its layers, upper ones first; undefined without any. */
export function merge(layers: readonly Element[]): ResolvedElement | undefined {
  const lowest = layers.at(-1);
  if (lowest === undefined) return undefined;
  const value = layers.reduce<JsonObject | undefined>(
    (upper, layer) => (upper === undefined ? layer.value : mergeLayers(upper, layer.value)),
    undefined,
  );
  return { ref: lowest.ref, value: value ?? {}, layers, off: value?.['isDeactivated'] === true };
}

/** The layer that wrote the value at `path`, or at the longest part of it that somebody wrote. */
export function ownerOf(
  element: Element | ResolvedElement,
  path: JsonPath,
): { element: Element; path: JsonPath } {
  const layers = 'layers' in element ? element.layers : [element];
  for (let length = path.length; length > 0; length -= 1) {
    const shorter = path.slice(0, length);
    for (const layer of [...layers].reverse()) {
      if (valueAt(layer.value, shorter) !== undefined) return { element: layer, path: shorter };
    }
  }
  return { element: layers.at(-1) as Element, path: [] };
}
