/** Keywords of JSON Schema that begin with a `$`, of all drafts: in a schema they are no formulas. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$ref',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$recursiveAnchor',
  '$defs',
  '$vocabulary',
  '$comment',
]);
