import type { JsonObject, JsonPath } from './json.js';
import type { LayerName } from './project.js';
import type { JsonSchema } from './schema.js';

/** What is known of one place of an element that holds formulas. A type is a JSON Schema; undefined is unknown. */
export interface TypedPlace {
  readonly at: JsonPath;
  /** The type of the variables there. */
  readonly variables: JsonSchema | undefined;
  /** What the value becomes; undefined: anything. */
  readonly target?: JsonSchema | undefined;
  /** Which parts of `variables` were written in this element, and where. */
  readonly declared?: readonly Declaration[];
}

/** The part of a type at `part` is the schema that stands at `at` of the element. */
export interface Declaration {
  readonly part: JsonPath;
  readonly at: JsonPath;
}

/** How a kind sees the rest of the project while it says what the types of its places are. */
export interface TypeWorld {
  /**
   * The layer whose values are typed: those of the universal layer address the fields of universal data models,
   * those of lower layers the fields of collections.
   */
  readonly layer: LayerName;
  /** The element is another one for some integration or connection: a lower layer changes it. */
  readonly varies: boolean;
  /** Another element, as it stands for the same integration and connection; the same one each time. */
  find(kind: string, key: string): Neighbour | undefined;
  /** The connector that the element belongs to, or works with: on the universal layer the only one in use. */
  connector(): JsonObject | undefined;
  /** The variables that every function of that connector sees. */
  innerVariables(): JsonSchema | undefined;
  /**
   * An element of an inner kind of that connector. On the universal layer it is that of the only connector in the
   * project that has one of this key; undefined where several could be meant.
   */
  findInConnector(kind: string, key: string): JsonObject | undefined;
  /** The type of a value whose parts may be formulas. */
  typeOf(value: unknown, variables: JsonSchema | undefined): JsonSchema | undefined;
  /** The schema that a data-schema element has now. */
  dataSchema(key: string): JsonSchema | undefined;
  /** The schema of the fields of a universal data model. */
  udm(key: string): JsonSchema | undefined;
}

export interface Neighbour {
  readonly value: JsonObject;
  /** Where its values were written: on the universal layer, on lower ones, or on both. */
  readonly written: 'above' | 'below' | 'both';
  /** Its own view of the project. */
  readonly world: TypeWorld;
}
