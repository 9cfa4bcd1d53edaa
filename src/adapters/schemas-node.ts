import type { Json } from '../core/json.js';
import type { Check } from './schemas-walk.js';

/**
 * A schema made ready for use: references are pointers to nodes (so it may be cyclic), and what older drafts
 * write in another way is written as in 2020-12.
 */
export type Node = boolean | ObjectNode;

export interface ObjectNode {
  readonly words: Words;
  /** The part of a document that has its own `$id`; decides what `$dynamicRef` finds. */
  readonly resource: Resource;
  /** What to check, in order; made by whoever checks, on first use. */
  checks?: readonly Check[];
}

export interface Resource {
  readonly dynamicAnchors: ReadonlyMap<string, () => Node>;
}

export type Nodes = Readonly<Record<string, Node>>;

/** The keywords that decide whether a value fits, and `default`. */
export interface Words {
  type?: readonly string[];
  const?: Json;
  enum?: readonly Json[];
  referenceRecords?: readonly { readonly id: Json; readonly name?: string }[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  prefixItems?: readonly Node[];
  items?: Node;
  contains?: Node;
  minContains?: number;
  maxContains?: number;
  required?: readonly string[];
  dependentRequired?: Readonly<Record<string, readonly string[]>>;
  dependentSchemas?: Nodes;
  minProperties?: number;
  maxProperties?: number;
  properties?: Nodes;
  patternProperties?: Nodes;
  additionalProperties?: Node;
  propertyNames?: Node;
  unevaluatedItems?: Node;
  unevaluatedProperties?: Node;
  $ref?: Node;
  $dynamicRef?: { readonly node: Node; readonly name?: string | undefined };
  allOf?: readonly Node[];
  anyOf?: readonly Node[];
  oneOf?: readonly Node[];
  not?: Node;
  if?: Node;
  then?: Node;
  else?: Node;
  default?: Json;
}

const patterns = new Map<string, RegExp>();

/**
 * The expression of a `pattern`, as Unicode where it is valid so: many patterns in the wild escape more than
 * Unicode mode allows. Throws SyntaxError for what is none in either.
 */
export function regexOf(pattern: string): RegExp {
  let regex = patterns.get(pattern);
  if (regex === undefined) {
    try {
      regex = new RegExp(pattern, 'u');
    } catch {
      regex = new RegExp(pattern);
    }
    if (patterns.size > 10_000) patterns.clear();
    patterns.set(pattern, regex);
  }
  return regex;
}
