import type { JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { formulasIn, isFormula, placesIn } from '../places.js';
import { anyFormula, dataSchema, flag, formulaOr, object, text } from '../schema-parts.js';

/** `fieldMapping` of an action or node: how records become the app's shape, and back. */
export const fieldMappingConfig: JsonObject = formulaOr(
  object('How the fields of records are mapped: by a field mapping, written here, or both.', {
    key: formulaOr(text('Key of a field mapping.')),
    input: anyFormula('What the field mapping is applied to; the fields of the record unless given.'),
    includeRawFields: formulaOr(flag('Give the fields as the API sent them too, as "rawFields".')),
    includeUdmFields: formulaOr(flag('Give the fields of the universal data model too, as "unifiedFields".')),
    importValue: anyFormula('The value in the shape of your app, from a record.'),
    exportValue: anyFormula('The fields of the collection, from a value of your app.'),
    default: anyFormula('The older name of "defaultValue".'),
    defaultValue: anyFormula('The fields of the collection, where no field mapping gives them.'),
    defaultUnifiedValue: anyFormula(
      'The fields of the universal data model, where "defaultValue" is not given.',
    ),
    appSchema: dataSchema('What a value of your app looks like.'),
  }),
);

/** Places of a `fieldMapping`, relative to it. */
export function fieldMappingPlaces(value: unknown): Place[] {
  if (isFormula(value)) return [{ at: [], holds: 'formula' }];
  const named = placesIn(value, { refs: [[['key'], 'field-mapping']], schemas: [['appSchema']] });
  return [...named, ...formulasIn(value, ['key', 'appSchema'])];
}
