import type { JsonSchema } from './schema.js';
import { kind, type Kinds } from './type-kinds.js';
import { kindsOf, valuesOf, type Types } from './type-alternatives.js';

/** The words of messages for the JSON types. */
export const inWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'nothing',
};

const words: readonly (readonly [Kinds, string])[] = [
  [kind.text, 'a text'],
  [kind.number, 'a number'],
  [kind.integer, 'a whole number'],
  [kind.fraction, 'a fraction'],
  [kind.boolean, 'true or false'],
  [kind.list, 'a list'],
  [kind.object, 'an object'],
];

/** How many values of an enumeration a message names. */
const most = 8;

/** `a text`, `a number or a list`; null is left out, unless there is nothing else. */
export function kindsInWords(kinds: Kinds): string {
  const found: string[] = [];
  let left = kinds & ~kind.null;
  for (const [bits, word] of words) {
    if ((left & bits) !== bits) continue;
    found.push(word);
    left &= ~bits;
  }
  return found.length === 0 ? 'nothing' : found.join(' or ');
}

/** What a value of a type is: `one of "a", "b"` where there are few, else `a text`. */
export function typeInWords(types: Types, schema: JsonSchema): string {
  const values = valuesOf(types, schema)?.filter((value) => value !== null);
  const short = values?.every((value) => typeof value !== 'object') === true && values.length > 0;
  return short ? valuesInWords(values) : kindsInWords(kindsOf(types, schema));
}

/** `"a"`, `one of "a", "b"`; many are cut off. */
export function valuesInWords(values: readonly unknown[]): string {
  const shown = values.slice(0, most).map((value) => cut(JSON.stringify(value)));
  const more = values.length > most ? ` and ${values.length - most} more` : '';
  return `${values.length > 1 ? 'one of ' : ''}${shown.join(', ')}${more}`;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
