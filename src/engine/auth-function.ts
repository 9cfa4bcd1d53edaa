import { valueAt, type JsonPath } from '../core/json.js';
import type { ResolvedElement } from '../core/project.js';
import { hasFunction } from './functions.js';
import type { Auth } from './integration.js';

/** A function, and the element that it stands in. */
export interface FunctionPlace {
  readonly element: ResolvedElement;
  readonly at: JsonPath;
}

const shared: ReadonlySet<string> = new Set(['makeApiClient', 'test']);

/**
 * Where a function of an authentication stands. A connector may say itself how its requests are made although
 * another one authenticates, and one `makeApiClient` and one `test` beside the options serve them all.
 */
export function authFunction(auth: Auth, name: string): FunctionPlace | undefined {
  for (const { connector: element, at } of auth.sources) {
    const beside: JsonPath[] = shared.has(name) ? [['auth', name]] : [];
    for (const place of [[...at, name], ...beside]) {
      if (hasFunction(element, place)) return { element, at: place };
    }
  }
  return undefined;
}

/** Whether a function is made of something, such as a variable; also as code. */
export function functionMentions(auth: Auth, name: string, what: RegExp): boolean {
  const place = authFunction(auth, name);
  return place !== undefined && what.test(JSON.stringify(valueAt(place.element.value, place.at)));
}
