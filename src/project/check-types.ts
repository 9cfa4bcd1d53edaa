import { relative, sep } from 'node:path';
import { valueAt, type JsonPath } from '../core/json.js';
import type { Kind, Place } from '../core/kind.js';
import type { LayerName, ResolvedElement } from '../core/project.js';
import { formatRef } from '../core/ref.js';
import type { Declaration, TypedPlace } from '../core/type-world.js';
import { typeOf, type TypeProblem } from '../formulas/type-of.js';
import type { OpenedProject } from './parts.js';
import type { Problem } from './places.js';
import { ownerOf } from './resolved.js';
import { isMixed, resolverOf, worldOf } from './type-world.js';

const found = new WeakMap<OpenedProject, Map<string, readonly Problem[]>>();

/**
 * What the types say is wrong with an element, beside its `own` problems. They depend on other elements, so that they
 * are remembered for one state of the whole project only. Where a schema is at fault, or stands behind a fault of the
 * element's own, nothing more is said: it would be the same slip.
 */
export function typeProblems(
  project: OpenedProject,
  kind: Kind,
  element: ResolvedElement,
  places: readonly Place[],
  own: readonly Problem[],
): readonly Problem[] {
  if (own.some(({ code }) => code.startsWith('schema/'))) return [];
  const { cache } = project.parts;
  const name = () => nameOf(project, element);
  const remembered = cache?.typeProblems(name);
  if (remembered !== undefined) return remembered;
  let known = found.get(project);
  if (known === undefined) found.set(project, (known = new Map()));
  let problems = known.get(name());
  if (problems === undefined) {
    problems = checkTypes(project, kind, element, places).filter(
      ({ path }) => !own.some((problem) => touches(problem.path, path)),
    );
    known.set(name(), problems);
    cache?.setTypeProblems(name, problems);
  }
  return problems;
}

/** Names an element on its layers; of two of the same name, by its files. */
function nameOf({ root }: OpenedProject, { layers }: ResolvedElement): string {
  return layers
    .map(({ files, ref }) => `${below(root, files[0]?.file ?? root)} ${formatRef(ref)}`)
    .join('\n');
}

/** `relative`, which takes its time, is for files of packages elsewhere. */
function below(root: string, file: string): string {
  return file.startsWith(root + sep) ? file.slice(root.length + 1) : relative(root, file);
}

/** Whether one of two paths leads to, or into, what the other leads to. */
function touches(one: JsonPath, other: JsonPath): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, index) => other[index] === step);
}

/**
 * What the types say is wrong with the formulas of an element. Values that an upper layer wrote are typed as that
 * layer means them: those of the universal layer address the fields of universal data models.
 */
function checkTypes(
  project: OpenedProject,
  kind: Kind,
  element: ResolvedElement,
  places: readonly Place[],
): Problem[] {
  const lowest = element.layers.at(-1)?.layer ?? 'universal';
  if (!isMixed(element)) return problemsOn(project, kind, element, places, lowest);
  const isUniversal = ({ path }: Problem) => ownerOf(element, path).element.layer === 'universal';
  return [
    ...problemsOn(project, kind, element, places, 'universal').filter(isUniversal),
    ...problemsOn(project, kind, element, places, lowest).filter((problem) => !isUniversal(problem)),
  ];
}

function problemsOn(
  project: OpenedProject,
  kind: Kind,
  element: ResolvedElement,
  places: readonly Place[],
  layer: LayerName,
): Problem[] {
  const typed = kind.types?.(element.value, worldOf(project, element, layer)) ?? [];
  const known = new Set(typed.map(({ at }) => at.join('\n')));
  const rest = places
    .filter(({ at, holds }) => holds === 'formula' && !known.has(at.join('\n')))
    .map(({ at }): TypedPlace => ({ at, variables: undefined }));
  return [...typed, ...rest].flatMap((place) => problemsAt(project, element, place));
}

function problemsAt(project: OpenedProject, element: ResolvedElement, place: TypedPlace): Problem[] {
  const { at, variables, target, declared = [] } = place;
  const value = valueAt(element.value, at);
  if (value === undefined) return [];
  const problems: Problem[] = [];
  typeOf(value, {
    variables,
    target,
    resolve: resolverOf(project),
    hasDataLinkTable: (key) =>
      project.list('data-link-table').some(({ ref, id }) => ref.key === key || id === key) ||
      project.unreadable('data-link-table', key).length > 0,
    report: ({ declared: part, ...problem }: TypeProblem) => {
      const where = part === undefined ? undefined : declaration(element, part, declared);
      problems.push({
        ...problem,
        path: [...at, ...problem.path],
        ...(where === undefined ? {} : { related: [{ path: where, message: 'declared here' }] }),
      });
    },
  });
  return problems;
}

/** Where in the element stands what a part of the type of its variables was made of. */
function declaration(
  element: ResolvedElement,
  part: JsonPath,
  declared: readonly Declaration[],
): JsonPath | undefined {
  const from = declared.find((one) => one.part.every((step, index) => part[index] === step));
  if (from === undefined) return undefined;
  const path = [...from.at, ...part.slice(from.part.length)];
  return valueAt(element.value, path) === undefined ? undefined : path;
}
