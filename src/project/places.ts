import type { Diagnostic } from '../core/diagnostic.js';
import { isObject, valueAt } from '../core/json.js';
import type { Finding, Kind, Place } from '../core/kind.js';
import type { ResolvedElement } from '../core/project.js';
import type { CodePosition } from '../core/sandbox.js';
import type { OpenedProject } from './parts.js';

/** What is wrong inside an element, to be placed by its path. */
export interface Problem extends Finding {
  readonly severity?: Diagnostic['severity'];
  /** The place in the code that stands at `path`. */
  readonly inCode?: CodePosition;
}

/** The places of an element, with those inside its functions. */
export function allPlaces(project: OpenedProject, kind: Kind, element: ResolvedElement): Place[] {
  const places: Place[] = [];
  for (const place of kind.places(element.value)) {
    places.push(place);
    if (place.holds !== 'function') continue;
    const value = valueAt(element.value, place.at);
    if (!isObject(value)) continue;
    const type = project.parts.functionTypes.find((candidate) => candidate.name === value['type']);
    for (const inner of type?.places(value as never) ?? [])
      places.push({ ...inner, at: [...place.at, ...inner.at] });
  }
  return places;
}
