import type { Diagnostic } from '../core/diagnostic.js';
import { MembraneError } from '../core/error.js';
import type { ResolvedElement } from '../core/project.js';
import { formatRef, type Ref } from '../core/ref.js';
import type { Engine } from './engine.js';

/** What is known of elements that were used before in this process; an edited project is opened anew. */
const sound = new WeakMap<object, readonly Diagnostic[]>();

/** Rejects where the files of the element, or of what it references, are wrong; errors elsewhere do not matter. */
export async function requireSound(engine: Engine, element: ResolvedElement): Promise<void> {
  if (element.off) {
    throw new MembraneError('element/off', `${formatRef(element.ref)} is deactivated`, {
      hint: 'remove "isDeactivated: true" from its file',
      span: engine.project.locate(element, ['isDeactivated'], 'key'),
    });
  }
  const known = sound.get(element.value);
  const problems = known ?? (await engine.project.problems(element));
  if (known === undefined) sound.set(element.value, problems);
  refuse(engine, element.ref, problems);
}

/** Rejects where there are files for an element, but they give none: "not found" would hide why. */
export function requireReadable(engine: Engine, kind: string, key: string): void {
  refuse(engine, { kind, key }, engine.project.unreadable(kind, key));
}

function refuse(engine: Engine, ref: Ref, problems: readonly Diagnostic[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return;
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  const runs = engine.kinds.some(({ name, run, walk }) => name === ref.kind && (run ?? walk) !== undefined);
  const cannot = runs ? 'cannot run' : 'cannot be used';
  throw new MembraneError('project/errors', `${formatRef(ref)} ${cannot}: ${count} in its files`, {
    hint: 'see them all with "membrane validate"',
    diagnostics: errors,
  });
}
