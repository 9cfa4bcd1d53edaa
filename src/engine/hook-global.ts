import { MembraneError } from '../core/error.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import type { ResolvedElement } from '../core/project.js';
import type { Engine } from './engine.js';
import { findIntegration } from './integration.js';

/** Elements that take what is sent for all connections. */
export interface GlobalElement {
  readonly kind: Kind & Required<Pick<Kind, 'openHook'>>;
  readonly element: ResolvedElement;
}

/** The global webhook of this key of an integration's connector; undefined where there is none, or it is off. */
export function findGlobal(engine: Engine, integration: string, key: string): GlobalElement | undefined {
  const { connector } = findIntegration(engine, integration);
  for (const kind of engine.kinds) {
    if (kind.openHook === undefined) continue;
    const element = engine.project.resolve(kind.name, key, { connector: connector.ref.key });
    if (element !== undefined && !element.off)
      return { kind: { ...kind, openHook: kind.openHook.bind(kind) }, element };
  }
  return undefined;
}

/** Rejects with `element/not-found` where a selector names a global webhook that is not there. */
export function checkGlobal(engine: Engine, integration: string, key: string): void {
  if (findGlobal(engine, integration, key) !== undefined) return;
  const { connector } = findIntegration(engine, integration);
  const names = engine.kinds
    .filter(({ openHook }) => openHook !== undefined)
    .flatMap(({ name }) => engine.project.list(name))
    .filter(({ ref }) => ref.connector === connector.ref.key)
    .map(({ ref }) => ref.key);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new MembraneError(
    'element/not-found',
    `the connector "${connector.ref.key}" has no global webhook "${key}"`,
    { hint: didYouMean(key, names) ?? known, class: 'configuration' },
  );
}
