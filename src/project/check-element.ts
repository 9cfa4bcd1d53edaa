import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic } from '../core/diagnostic.js';
import { isObject, valueAt, type JsonObject, type JsonPath } from '../core/json.js';
import type { Kind, Place } from '../core/kind.js';
import { mergeable } from '../core/layers.js';
import type { Element, ResolvedElement } from '../core/project.js';
import { formatRef, type Ref } from '../core/ref.js';
import type { SchemaProblem } from '../core/schema.js';
import { referencesIn } from './check-owned.js';
import { checkImplier, checkLayer, checkReference } from './check-references.js';
import { checkCode, checkFormulas, checkSchema } from './check-values.js';
import { typeProblems } from './check-types.js';
import type { OpenedProject } from './parts.js';
import { allPlaces, type Problem } from './places.js';
import { merge } from './resolved.js';

/**
 * What is wrong with the content of one element of one layer. A lower layer is checked as it stands merged
 * over the upper ones; what was wrong without it already is not reported again. A problem points into the
 * layer that wrote the value, which may be an upper one: a node that the lower layer took out leaves links.
 */
export async function checkElement(project: OpenedProject, element: Element): Promise<Diagnostic[]> {
  // what is made of a document is right as far as the document is, and that is checked as a whole
  const isMade = element.files[0]?.inside !== undefined;
  return isMade || element.files.length === 0 ? [] : checkLowest(project, resolvedAt(project, element));
}

/** The same for the lowest layer of a resolved element, which may be one that no file holds. */
export async function checkLowest(project: OpenedProject, resolved: ResolvedElement): Promise<Diagnostic[]> {
  const kind = project.parts.index.kind(resolved.ref.kind);
  if (kind === undefined) return [];
  const element = resolved.layers.at(-1) as Element;
  const problems = await contentProblems(project, kind, resolved);
  const known = await knownAbove(project, kind, resolved.layers.slice(0, -1));
  return [
    ...problems.filter((problem) => !known.has(identityOf(problem)) || wroteItself(element, problem.path)),
    ...inputSchemaChange(kind, resolved),
  ].map((problem) => placed(project, resolved, problem));
}

interface Known {
  readonly layers: readonly Element[];
  readonly problems: Promise<ReadonlySet<string>>;
}

/** By the lowest of the layers: one universal element stands above those of many integrations. */
const above = new WeakMap<Element, Known>();

/** What is wrong with some layers without the one below them. */
function knownAbove(
  project: OpenedProject,
  kind: Kind,
  layers: readonly Element[],
): Promise<ReadonlySet<string>> | ReadonlySet<string> {
  const upper = merge(layers);
  const lowest = layers.at(-1);
  if (upper === undefined || lowest === undefined) return new Set();
  let known = above.get(lowest);
  if (
    known?.layers.length !== layers.length ||
    layers.some((layer, index) => layer !== known?.layers[index])
  ) {
    const problems = contentProblems(project, kind, upper);
    known = { layers, problems: problems.then((found) => new Set(found.map(identityOf))) };
    above.set(lowest, known);
  }
  return known.problems;
}

async function contentProblems(
  project: OpenedProject,
  kind: Kind,
  resolved: ResolvedElement,
): Promise<Problem[]> {
  const element = resolved.layers.at(-1) as Element;
  const { cache } = project.parts;
  const name = nameOfContent(project, resolved);
  const places = allPlaces(project, kind, resolved);
  if (name !== undefined && cache?.isRight(name) === true) {
    return [
      ...checkReferences(project, resolved, places),
      ...checkImplier(project, resolved),
      ...checkLayer(project, resolved),
      ...typeProblems(project, kind, resolved, places, []),
    ];
  }
  const misfits = project.parts.schemas.kind(kind.name, kind.schema)(resolved.value).problems;
  const problems: Problem[] = misfits.map((problem) => asExported(problem, element));
  if (!misfits.some((problem) => problem.code !== 'schema/unknown-field')) {
    problems.push(...(kind.check?.(resolved.value) ?? []), ...functionProblems(project, resolved, places));
  }
  const spoilt = misfits.filter(({ code }) => code !== 'schema/missing-field').map(({ path }) => path);
  for (const place of places) {
    if (place.holds === 'ref' || place.holds === 'function') continue; // looks beyond the element, and is checked apart
    const found = await checkPlace(project, resolved, place);
    problems.push(...found.filter((problem) => !spoilt.some((path) => isInside(problem.path, path))));
  }
  if (name !== undefined && problems.length === 0) cache?.setRight(name);
  problems.push(...typeProblems(project, kind, resolved, places, problems));
  const references = checkReferences(project, resolved, places);
  problems.push(...references.filter((problem) => !spoilt.some((path) => isInside(problem.path, path))));
  problems.push(...checkImplier(project, resolved), ...checkLayer(project, resolved));
  return problems;
}

/** Names a content whose own rightness hangs on nothing else: one file, one layer, no schema of another element. */
function nameOfContent(project: OpenedProject, { ref, layers }: ResolvedElement): string | undefined {
  const [file, second] = layers[0]?.files ?? [];
  if (file === undefined || second !== undefined || layers.length > 1) return undefined;
  const hash = project.parts.files.hashOf(file.file);
  if (hash === undefined || refersToSchema(layers[0]?.value)) return undefined;
  return `${ref.kind} ${hash}`;
}

function refersToSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(refersToSchema);
  return Object.entries(value).some(([key, part]) => key === '$ref' || refersToSchema(part));
}

function functionProblems(
  project: OpenedProject,
  { value }: ResolvedElement,
  places: readonly Place[],
): Problem[] {
  return places.flatMap(({ at, holds }) => {
    const written = holds === 'function' ? valueAt(value, at) : undefined;
    if (!isObject(written)) return [];
    const type = project.parts.functionTypes.find(({ name }) => name === written['type']);
    const found = type?.check?.(written as JsonObject) ?? [];
    return found.map((finding) => ({ ...finding, path: [...at, ...finding.path] }));
  });
}

function checkReferences(
  project: OpenedProject,
  element: ResolvedElement,
  places: readonly Place[],
): Problem[] {
  return places.flatMap((place) => {
    const value = valueAt(element.value, place.at);
    if (place.holds === 'ref') return checkReference(project, element, place.kind, value, place.at);
    const inside = place.holds === 'schema' ? referencesIn(value, place.at) : [];
    return inside.flatMap(({ kind, key, at }) => checkReference(project, element, kind, key, at));
  });
}

function identityOf({ code, message, path }: Problem): string {
  return `${code} ${path.join('\n')} ${message}`;
}

/** The same slip as on an upper layer is a second one where the lower layer wrote the value as a whole. */
function wroteItself(element: Element, path: JsonPath): boolean {
  const value = path.length === 0 ? undefined : valueAt(element.value, path);
  return value !== undefined && !mergeable(value);
}

/**
 * An element together with the layers above it. Only the state knows which integration a connection has: where
 * the file does not say it, the only one that has the element is it.
 */
export function resolvedAt(project: OpenedProject, element: Element): ResolvedElement {
  const { integration: named, connection: _connection, instance: _instance, ...base } = element.ref;
  const integration =
    named ?? (element.layer === 'connection' ? onlyIntegration(project, element) : undefined);
  const above: (Ref | undefined)[] = [
    element.layer === 'universal' ? undefined : base,
    element.layer === 'connection' && integration !== undefined ? { ...base, integration } : undefined,
  ];
  const upper = above.flatMap((ref) => (ref === undefined ? [] : (project.find(ref) ?? [])));
  return merge([...upper, element]) as ResolvedElement;
}

function onlyIntegration(project: OpenedProject, { ref }: Element): string | undefined {
  const same = project
    .list(ref.kind)
    .filter((other) => other.layer === 'integration' && other.ref.key === ref.key);
  return same.length === 1 ? same[0]?.ref.integration : undefined;
}

/** An export knows more fields than we do; that is no fault of the file. */
function asExported(problem: SchemaProblem, element: Element): Problem {
  if (!element.exported || problem.code !== 'schema/unknown-field' || problem.path.length !== 1)
    return problem;
  const { help: near, ...rest } = problem;
  // what may be misspelt is not taken out
  const way =
    near?.startsWith('did you mean') === true ? `; ${near}` : '; "membrane fmt --prune" takes it out';
  return { ...rest, code: 'export/unknown-field', help: `it has no effect here${way}` };
}

async function checkPlace(
  project: OpenedProject,
  element: ResolvedElement,
  place: Exclude<Place, { holds: 'ref' | 'function' }>,
): Promise<Problem[]> {
  const value = valueAt(element.value, place.at);
  if (value === undefined) return [];
  switch (place.holds) {
    case 'formula':
      return checkFormulas(value, place.at);
    case 'schema':
      return checkSchema(project, value, place.at);
    case 'code':
      return checkCode(project, element, value, place.at);
  }
}

function inputSchemaChange(kind: Kind, element: ResolvedElement): Problem[] {
  if (kind.inputSchema === undefined || element.layers.length < 2) return [];
  const upper = element.layers[0]?.value['inputSchema'];
  const own = element.layers.at(-1)?.value['inputSchema'];
  if (upper === undefined || own === undefined) return [];
  if (isDeepStrictEqual(upper, element.value['inputSchema'])) return [];
  return [
    {
      code: 'layer/input-schema',
      message: 'the input schema differs from that of the universal element',
      path: ['inputSchema'],
      target: 'key',
      help: 'callers know the universal schema only: change it there, or remove it here',
    },
  ];
}

function placed(project: OpenedProject, element: ResolvedElement, problem: Problem): Diagnostic {
  const { path, target, inCode } = problem;
  const span =
    inCode === undefined ? project.locate(element, path, target) : project.locateCode(element, path, inCode);
  const related = problem.related?.map(({ path, message }) => ({
    ...project.locate(element, path),
    message,
  }));
  return diagnostic(problem.code, problem.message, span, {
    help: problem.help,
    ref: formatRef(element.ref),
    related,
    severity: problem.severity,
    suggestion: problem.suggestion,
  });
}

/** Whether `path` leads to, or into, the value at `outer`: one slip there is one problem. */
function isInside(path: JsonPath, outer: JsonPath): boolean {
  return outer.length > 0 && outer.every((part, index) => path[index] === part);
}
