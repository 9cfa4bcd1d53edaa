import { isObject, valueAt, type JsonObject } from '../../core/json.js';
import type { Place } from '../../core/kind.js';
import { defineKind } from '../define-kind.js';
import { functionDefinitions, functionField, functionPlaces } from '../functions/function-field.js';
import { methodFields, methodPlaces } from '../functions/methods.js';
import { placesIn, within } from '../places.js';
import { dataSchema, list, text } from '../schema-parts.js';
import { eventPlaces, eventsField } from './event-fields.js';
import { collectionExamples } from './examples.js';
import { checkFieldNames } from './check.js';
import { formulaPorts } from './formula-ports.js';
import { typesOfCollection } from './types.js';

const names = (description: string) => list(text('Name of a field.'), description);

const apiRequests = {
  apiRequests: list({ type: 'object' }, 'The requests that it sends: path and method, for people.'),
};

const writable = {
  fields: names('The only fields that it takes.'),
  excludedFields: names('Fields that it does not take.'),
};

const methods = {
  list: functionField('Gives a page: {cursor, filter} → {records, cursor}.', {
    filterFields: names('Fields that "filter" may name.'),
    ...apiRequests,
  }),
  findById: functionField('Gives a record: {id} → {record}.', apiRequests),
  match: functionField('Gives the first record with certain fields: {fields} → {record}.', {
    fields: names('Fields by which records are found.'),
    ...apiRequests,
  }),
  search: functionField(
    'Gives a page of records for a text: {query, cursor} → {records, cursor}.',
    apiRequests,
  ),
  create: functionField('Creates a record: {fields} → {id}.', {
    ...writable,
    requiredFields: names('Fields that must be given.'),
    ...apiRequests,
  }),
  update: functionField('Changes a record: {id, fields} → {id}.', { ...writable, ...apiRequests }),
  delete: functionField('Deletes a record: {id} → {id}.', apiRequests),
};

const mappings = {
  fieldsFromApi: functionField('Gives the fields from what the API sends.'),
  fieldsToApi: functionField('Gives what the API takes from the fields.'),
  recordFromApi: functionField('Gives the record from what the API sends.'),
  recordToApi: functionField('Gives what the API takes from a record.'),
  customFields: functionField('Gives the schema of the fields that a connection has beyond "fieldsSchema".'),
  customFieldsSchema: functionField('Another name of "customFields".'),
};

export const dataCollection = defineKind({
  name: 'data-collection',
  folder: 'data',
  owner: 'connector',
  summary: 'Records of one sort in an external app, and how they are read and written.',
  unlayered: true,
  fields: {
    parametersSchema: dataSchema('Parameters of the collection, such as the project that its tasks are in.'),
    fieldsSchema: dataSchema('The fields of a record.'),
    extends: {
      type: ['string', 'object'],
      description: 'The collection whose functions are used where none are given.',
    },
    mixins: list({ type: ['string', 'object'] }, 'Functions to share, with parameters.'),
    events: eventsField,
    ...methodFields(methods),
    ...mappings,
  },
  places: (value) => [
    ...placesIn(value, { schemas: [['parametersSchema'], ['fieldsSchema']] }),
    ...sharedPlaces(value),
    ...methodPlaces(value, Object.keys(methods)),
    ...functionPlaces(value, Object.keys(mappings)),
    ...within(['events'], eventPlaces(value['events'])),
  ],
  check: checkFieldNames,
  types: typesOfCollection,
  definitions: functionDefinitions,
  examples: collectionExamples,
  formulaPorts,
});

const sharedKeys = ['key', 'collectionKey', 'path'];

/** The collections whose functions it shares, as a key or as an object with one. */
function sharedPlaces(value: JsonObject): Place[] {
  const mixins = Array.isArray(value['mixins']) ? value['mixins'].map((_, index) => ['mixins', index]) : [];
  return [['extends'], ...mixins].flatMap((at): Place[] => {
    const named = valueAt(value, at);
    const path = isObject(named) ? [...at, sharedKeys.find((key) => named[key] !== undefined) ?? 'key'] : at;
    return typeof valueAt(value, path) === 'string'
      ? [{ at: path, holds: 'ref', kind: 'data-collection' }]
      : [];
  });
}
