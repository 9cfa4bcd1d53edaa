import type { Diagnostic } from '../core/diagnostic.js';
import { diagnostic } from '../core/diagnostic.js';
import { valueAt, type JsonPath } from '../core/json.js';
import type { Kind, Place } from '../core/kind.js';
import type { Element, ResolvedElement } from '../core/project.js';
import { formatRef, type Ref } from '../core/ref.js';
import type { SchemaProblem } from '../core/schema.js';
import { checkImplier, checkReference } from './check-references.js';
import { checkFormulas, checkSchema } from './check-values.js';
import type { OpenedProject } from './parts.js';
import { allPlaces, type Problem } from './places.js';
import { isOwn, merge } from './resolved.js';

/**
 * What is wrong with the content of one element of one layer. A lower layer is checked as it stands merged
 * over the upper ones, and only what it wrote itself is reported for it.
 */
export async function checkElement(project: OpenedProject, element: Element): Promise<Diagnostic[]> {
  const kind = project.parts.index.kind(element.ref.kind);
  if (kind === undefined || element.files.length === 0) return [];
  const resolved = resolvedAt(project, element);
  const misfits = schemaProblems(project, kind, resolved).filter(({ path }) => isOwn(resolved, path));
  const problems: Problem[] = misfits.map((problem) => asExported(problem, element));
  if (!misfits.some((problem) => problem.code !== 'schema/unknown-field')) {
    problems.push(...(kind.check?.(resolved.value) ?? []));
  }
  const spoilt = misfits.map((problem) => problem.path);
  for (const place of allPlaces(project, kind, resolved)) {
    if (spoilt.some((path) => overlaps(path, place.at))) continue;
    problems.push(...(await checkPlace(project, resolved, place)));
  }
  problems.push(...checkImplier(project, resolved), ...inputSchemaChange(kind, resolved));
  return problems
    .filter((problem) => isOwn(resolved, problem.path))
    .map((problem) => placed(project, resolved, problem));
}

/** An element together with the layers above it. */
export function resolvedAt(project: OpenedProject, element: Element): ResolvedElement {
  const { integration, connection: _connection, instance: _instance, ...base } = element.ref;
  const above: (Ref | undefined)[] = [
    element.layer === 'universal' ? undefined : base,
    element.layer === 'connection' && integration !== undefined ? { ...base, integration } : undefined,
  ];
  const upper = above.flatMap((ref) => (ref === undefined ? [] : (project.find(ref) ?? [])));
  return merge([...upper, element]) as ResolvedElement;
}

function schemaProblems(
  project: OpenedProject,
  kind: Kind,
  element: ResolvedElement,
): readonly SchemaProblem[] {
  const validate = project.parts.schemas.kind(kind.name, kind.schema);
  const { problems } = validate(element.value);
  if (problems.length === 0 || element.layers.length === 1) return problems;
  const upper = merge(element.layers.slice(0, -1));
  const known = new Set(
    validate(upper?.value).problems.map(({ path, message }) => `${path.join('\n')} ${message}`),
  );
  return problems.filter(({ path, message }) => !known.has(`${path.join('\n')} ${message}`));
}

/** An export knows more fields than we do; that is no fault of the file. */
function asExported(problem: SchemaProblem, element: Element): Problem {
  if (!element.exported || problem.code !== 'schema/unknown-field' || problem.path.length !== 1)
    return problem;
  const { help: _, ...rest } = problem;
  return {
    ...rest,
    code: 'export/unknown-field',
    help: '"membrane fmt --prune" takes out what only a server needs',
  };
}

async function checkPlace(
  project: OpenedProject,
  element: ResolvedElement,
  place: Place,
): Promise<Problem[]> {
  const value = valueAt(element.value, place.at);
  if (value === undefined) return [];
  switch (place.holds) {
    case 'formula':
      return checkFormulas(value, place.at);
    case 'schema':
      return checkSchema(project, value, place.at);
    case 'ref':
      return checkReference(project, element, place.kind, value, place.at);
    case 'function':
      return [];
  }
}

function inputSchemaChange(kind: Kind, element: ResolvedElement): Problem[] {
  if (kind.inputSchema === undefined || element.layers.length < 2) return [];
  const upper = element.layers[0]?.value['inputSchema'];
  const own = element.layers.at(-1)?.value['inputSchema'];
  if (upper === undefined || own === undefined || JSON.stringify(upper) === JSON.stringify(own)) return [];
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
  const span = project.locate(element, problem.path, problem.target);
  const related = problem.related?.map(({ path, message }) => ({
    ...project.locate(element, path),
    message,
  }));
  return diagnostic(problem.code, problem.message, span, {
    help: problem.help,
    ref: formatRef(element.ref),
    related,
    severity: problem.severity,
  });
}

function overlaps(a: JsonPath, b: JsonPath): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) if (a[i] !== b[i]) return false;
  return a.length > 0 && b.length > 0;
}
