import { basename, dirname } from 'node:path';
import { isServerField } from '../core/export-fields.js';
import { isObject, valueAt } from '../core/json.js';
import type { Kind } from '../core/kind.js';
import { nearest } from '../core/nearest.js';
import type { Element } from '../core/project.js';
import { allPlaces } from './places.js';
import type { LoadedProject } from './project.js';
import { resolvedAt } from './check-element.js';

/** Which keys at the top of an element's file are taken out; undefined where there are none to take out. */
export type Prune = (kind: Kind, element: Element) => ((key: string) => boolean) | undefined;

/** What makes a file an export, in which more is allowed. */
const marks = ['id', 'uuid', 'revision'];

/**
 * Takes out what a server wrote into an export: fields that loading leaves out, and those that no kind has. An id by
 * which another element refers to this one stays, and so do the marks of an export where the element would be
 * wrong without them.
 */
export async function openPrune(project: LoadedProject): Promise<Prune> {
  const referred = idsReferredTo(project);
  const needing = await needingMarks(project);
  return (kind, element) => {
    const file = element.files.find(({ at }) => at.length === 0)?.file;
    const raw = file === undefined ? undefined : project.parts.files.read(file).value;
    if (!isObject(raw)) return undefined;
    const known = knownFields(kind);
    const isPruned = (key: string): boolean => {
      if (typeof raw[key] === 'string' && referred.has(raw[key]) && (key === 'id' || key === 'uuid'))
        return false;
      if (isServerField(key, kind.name) || kind.serverFields?.includes(key) === true) return true;
      return element.exported && !known.includes(key) && nearest(key, known) === undefined;
    };
    const isMisspelt = Object.keys(raw).some(
      (key) => !isPruned(key) && !known.includes(key) && !marks.includes(key),
    );
    const needsMarks =
      element.exported && (needing.has(element) || isMisspelt || isNamedOtherwise(element, file));
    return (key) => isPruned(key) && !(needsMarks && marks.includes(key));
  };
}

function knownFields(kind: Kind): string[] {
  const properties = isObject(kind.schema) ? kind.schema['properties'] : undefined;
  return isObject(properties) ? Object.keys(properties) : [];
}

/** A file whose key is not its name is wrong, unless it is an export. */
function isNamedOtherwise({ ref }: Element, file = ''): boolean {
  const name = basename(file).replace(/\.ya?ml$/, '');
  return ref.key !== (name === 'spec' ? basename(dirname(file)) : name);
}

/** Every text that stands where an element is named: the key of one, or its id. */
function idsReferredTo(project: LoadedProject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const kind of project.parts.kinds) {
    for (const element of project.list(kind.name)) {
      const resolved = resolvedAt(project, element);
      for (const place of allPlaces(project, kind, resolved)) {
        const value = place.holds === 'ref' ? valueAt(resolved.value, place.at) : undefined;
        if (typeof value === 'string') names.add(value);
      }
    }
  }
  return names;
}

/** Exported elements whose missing connector is no error because they are exported. */
async function needingMarks(project: LoadedProject): Promise<ReadonlySet<Element>> {
  const found = new Set<Element>();
  for (const kind of project.parts.kinds.filter(({ impliedBy }) => impliedBy !== undefined)) {
    for (const element of project.list(kind.name).filter(({ exported }) => exported)) {
      const problems = await project.check(element);
      if (problems.some(({ code }) => code === 'export/connector')) found.add(element);
    }
  }
  return found;
}
