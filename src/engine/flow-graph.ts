import { MembraneError } from '../core/error.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import type { WalkGraph, WalkStart } from '../core/walk.js';
import type { Engine } from './engine.js';
import { walkKind } from './flow-start.js';
import { requireReadable } from './sound.js';

export function flowGraph(engine: Engine, kind: string, key: string): WalkGraph {
  return walkKind(engine, kind).walk.graph(flowElement(engine, kind, key).value);
}

export function flowStarts(engine: Engine, kind: string, key: string): readonly WalkStart[] {
  return walkKind(engine, kind).walk.starts(flowElement(engine, kind, key).value);
}

/** The element on its highest layer. Rejects with `element/not-found`. */
export function flowElement(
  engine: Engine,
  kind: string,
  key: string,
): Pick<ResolvedElement, 'value' | 'off'> {
  const { project } = engine;
  const all = project.list(kind);
  const found = project.resolve(kind, key) ?? all.find(({ ref }) => ref.key === key);
  if (found !== undefined) return found;
  requireReadable(engine, kind, key);
  const keys = all.map(({ ref }) => ref.key);
  const none = `there is none yet: membrane new ${kind} ${key}`;
  throw new MembraneError('element/not-found', `no ${kind} "${key}"`, {
    hint: didYouMean(key, keys) ?? (keys.length === 0 ? none : `see them with "membrane ${kind} list"`),
  });
}
