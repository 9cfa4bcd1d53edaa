import { valueAt, type Json, type JsonPath } from '../core/json.js';
import { mergeable } from '../core/layers.js';
import type { LayerName, Project, ResolvedElement } from '../core/project.js';

/** One value of an element, and who said it. */
export interface Origin {
  readonly path: JsonPath;
  readonly value: Json;
  /** `command`: set by command, for the connection. */
  readonly layer: LayerName | 'command';
  /** Absolute; absent where it was set by command. */
  readonly file?: string;
  readonly line?: number;
}

/** Every value that stays together through the merge of layers, in the order of the element, and who said it. */
export function originsOf(project: Project, element: ResolvedElement): Origin[] {
  const origins: Origin[] = [];
  const walk = (value: Json, path: JsonPath): void => {
    if (mergeable(value) && Object.keys(value).length > 0) {
      for (const [name, part] of Object.entries(value)) walk(part, [...path, name]);
    } else {
      origins.push({ path, value, ...originOf(project, element, path) });
    }
  };
  for (const [name, value] of Object.entries(element.value)) walk(value, [name]);
  return origins;
}

function originOf(
  project: Project,
  { layers }: ResolvedElement,
  path: JsonPath,
): Pick<Origin, 'layer' | 'file' | 'line'> {
  const owner = layers.findLast(({ value }) => valueAt(value, path) !== undefined);
  if (owner === undefined || owner.files.length === 0) return { layer: 'command' };
  const { file, line } = project.locate(owner, path, 'key');
  return { layer: owner.layer, file, line };
}
