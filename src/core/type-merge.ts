import { isObject, type JsonObject } from './json.js';
import { perhaps, type Type } from './type.js';
import { alternativesOf, kindsOf, type Alternative, type Types } from './type-alternatives.js';
import { kind } from './type-kinds.js';
import { propertyIn } from './type-property.js';
import { unionOfTypes } from './type-union.js';

/** The type of objects merged, not in depth: a later one has the last word on each of its fields. */
export function mergedSchema(types: Types, parts: readonly Type[]): Type {
  const fields = new Map<string, Type>();
  let closed = true;
  for (const part of parts) {
    const forms = alternativesOf(types, part.schema).filter(({ kinds }) => (kinds & kind.object) !== 0);
    const [form, another] = forms;
    if (form === undefined) continue;
    // One of several forms, or one that may have any field, may have changed all of them.
    if (another !== undefined || mayHaveMore(form)) return perhaps({ type: 'object' });
    const maybe = part.optional || (kindsOf(types, part.schema) & kind.null) !== 0;
    closed &&= isClosed(form);
    for (const name of namesOf(form)) fields.set(name, merged(types, form, name, maybe, fields.get(name)));
  }
  const required = [...fields].filter(([, { optional }]) => !optional).map(([name]) => name);
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries([...fields].map(([name, type]) => [name, type.schema])),
    ...(required.length === 0 ? {} : { required }),
    ...(closed ? { additionalProperties: false } : {}),
  };
  return { schema, optional: required.length === 0 };
}

/** `maybe`: the whole object may be missing. */
function merged(
  types: Types,
  form: Alternative,
  name: string,
  maybe: boolean,
  before: Type | undefined,
): Type {
  const found = propertyIn(form, name);
  if (found.is !== 'known') return { schema: true, optional: true };
  const optional = maybe || found.type.optional;
  const type = { schema: found.type.schema, optional };
  if (!optional || before === undefined) return type;
  return { schema: unionOfTypes(types, [before, type]).schema, optional: before.optional };
}

function namesOf(form: Alternative): string[] {
  return form.parts.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []));
}

/** No part of the form speaks of other fields than those that it names. */
function mayHaveMore(form: Alternative): boolean {
  return propertyIn(form, '\u0000').is !== 'undeclared';
}

function isClosed(form: Alternative): boolean {
  const found = propertyIn(form, '\u0000');
  return found.is === 'undeclared' && found.closed;
}
