import type { JsonObject } from '../../core/json.js';
import { anyFormula, formulaOr, object } from '../schema-parts.js';

/** `lookup` of an action or node: which record is meant. */
export const lookupConfig: JsonObject = formulaOr(
  object('The values by which the record is found.', {
    query: anyFormula('Fields of the collection and their values.'),
    universalQuery: anyFormula('Fields of the universal data model and their values.'),
  }),
);
