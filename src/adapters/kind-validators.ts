/**
 * Whether a value fits the schema of an element kind, as code that was generated when the program was packaged: the
 * build replaces this module by what `generateKindValidators` gives. Run from source there is none, and schemas
 * are read instead, with the same results.
 */
export const kindValidators: Readonly<Record<string, (value: unknown) => boolean>> = {};
