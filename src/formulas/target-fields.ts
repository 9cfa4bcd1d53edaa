import { nearNames } from '../core/nearest.js';
import type { JsonSchema } from '../core/schema.js';
import { alternativesOf, type Types } from '../core/type-alternatives.js';
import { kind } from '../core/type-kinds.js';
import { propertyOf } from '../core/type-property.js';
import type { TypeProblem } from './type-of.js';
import { meant } from './meant.js';

/** A problem of an object that is written out; `at`: of its field of this name. */
export type FieldProblem = Omit<TypeProblem, 'path'> & { readonly at?: string };

/** What the fields of an object become that is written out, by what the object becomes. */
export function fieldTargets(
  types: Types,
  names: readonly string[],
  target: JsonSchema,
  report: (problem: FieldProblem) => void,
): ReadonlyMap<string, JsonSchema> {
  reportMissing(types, names, target, report);
  const targets = new Map<string, JsonSchema>();
  for (const name of names) {
    const found = propertyOf(types, target, name);
    if (found.is === 'known') targets.set(name, found.type.schema);
    if (found.is !== 'undeclared') continue;
    const near = nearNames(name, found.names).filter((one) => !names.includes(one));
    const at = { at: name, target: 'key' } as const;
    if (found.closed) {
      const message = `there is no field "${name}" here`;
      report({ code: 'type/unknown-field', message, ...meant(near, found.names), ...at });
    } else if (near.length > 0) {
      const message = `the schema of this object does not name "${name}"`;
      report({ code: 'type/undeclared-field', message, ...meant(near), ...at });
    }
  }
  return targets;
}

/** Required fields that are never given. Of an object with several forms it is not known which was meant. */
function reportMissing(
  types: Types,
  names: readonly string[],
  target: JsonSchema,
  report: (problem: FieldProblem) => void,
): void {
  const [form, another] = alternativesOf(types, target).filter(({ kinds }) => (kinds & kind.object) !== 0);
  if (form === undefined || another !== undefined || form.unsure) return;
  const required = form.parts.flatMap((part) => (Array.isArray(part['required']) ? part['required'] : []));
  const absent = [...new Set(required)].filter(
    (name): name is string =>
      typeof name === 'string' && !names.includes(name) && mustBeGiven(types, target, name),
  );
  if (absent.length === 0) return;
  const message = `${absent.map((name) => `"${name}"`).join(', ')} must be given, and never ${absent.length > 1 ? 'are' : 'is'}`;
  report({ code: 'type/required-missing', message, target: 'value' });
}

/** A field with a default is filled in, one that is read only is left out, and an implied one need not be mapped. */
function mustBeGiven(types: Types, target: JsonSchema, name: string): boolean {
  const found = propertyOf(types, target, name);
  if (found.is !== 'known') return found.is === 'silent';
  return !alternativesOf(types, found.type.schema).some(({ parts }) =>
    parts.some(
      (part) => part['default'] !== undefined || part['readOnly'] === true || part['isImplied'] === true,
    ),
  );
}
