/** What kinds of JSON values a value can be: bits of one number. */
export type Kinds = number;

export const kind = {
  null: 1,
  boolean: 2,
  integer: 4,
  fraction: 8,
  number: 4 | 8,
  text: 16,
  list: 32,
  object: 64,
  any: 127,
} as const;

const byName: Readonly<Record<string, Kinds>> = {
  null: kind.null,
  boolean: kind.boolean,
  integer: kind.integer,
  number: kind.number,
  string: kind.text,
  array: kind.list,
  object: kind.object,
};

/** The kinds that the keyword `type` allows; undefined for what is no type (a formula, a word of another draft). */
export function kindsOfKeyword(type: unknown): Kinds | undefined {
  if (typeof type === 'string') return Object.hasOwn(byName, type) ? byName[type] : undefined;
  if (!Array.isArray(type)) return undefined;
  let kinds = 0;
  for (const one of type) {
    const bits = typeof one === 'string' ? kindsOfKeyword(one) : undefined;
    if (bits === undefined) return undefined;
    kinds |= bits;
  }
  return kinds;
}

export function kindOfValue(value: unknown): Kinds {
  if (value === null || value === undefined) return kind.null;
  if (Array.isArray(value)) return kind.list;
  switch (typeof value) {
    case 'string':
      return kind.text;
    case 'number':
      return Number.isInteger(value) ? kind.integer : kind.fraction;
    case 'boolean':
      return kind.boolean;
    default:
      return kind.object;
  }
}

const keywords = new Map<Kinds, string | string[]>();

/** The value of the keyword `type` for kinds. Not to be changed: it is the same each time. */
export function keywordOfKinds(kinds: Kinds): string | string[] {
  let keyword = keywords.get(kinds);
  if (keyword === undefined) {
    const names = Object.entries(byName)
      .filter(
        ([name, bits]) => (kinds & bits) === bits && (name !== 'integer' || (kinds & kind.fraction) === 0),
      )
      .map(([name]) => name);
    // A fraction alone is a number.
    if ((kinds & kind.number) === kind.fraction) names.push('number');
    keyword = names.length === 1 ? (names[0] as string) : names;
    keywords.set(kinds, keyword);
  }
  return keyword;
}
