import { isObject } from '../../core/json.js';
import type { Finding } from '../../core/kind.js';

/** Fields of `config` that must be there for it to run; of several names in one entry any will do. */
export type Needs = readonly (string | readonly string[])[];

/** What cannot run because fields are missing: one finding for all of them, at `config` itself. */
export function missingNeeds(type: string, config: unknown, needs: Needs = []): Finding[] {
  const given = isObject(config) ? config : {};
  const missing = needs.filter((names) => [names].flat().every((name) => given[name] === undefined));
  if (missing.length === 0) return [];
  const listed = missing.map((names) =>
    [names]
      .flat()
      .map((name) => `"${name}"`)
      .join(' or '),
  );
  return [
    {
      code: 'element/incomplete',
      message: `"${type}" cannot run without ${listed.join(' and ')}`,
      path: [],
      target: 'key',
      help: `give "config" what is missing; fields of the type are told by "membrane schema"`,
    },
  ];
}
