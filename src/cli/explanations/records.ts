import type { Explanation } from './explanation.js';

export const recordExplanations = {
  'record/invalid': {
    means:
      'A record that the API sent, or that is to be written, does not fit "fieldsSchema" of its collection. It is given, or sent, all the same: the API decides.',
    wrong: 'The schema says that "age" is a whole number, and the API sends "41".',
    right: 'Correct the schema, or map the field in "fieldsFromApi" and "fieldsToApi".',
  },
  'record/no-id': {
    means:
      'The function of a collection gave a record without an id, so that nobody could ask for it again. It is left out of the list.',
    wrong: 'The records of "list" are mapped without "id".',
    right: 'Give each record an "id" in the mapping of the response.',
  },
  'record/not-found': {
    means: 'The external app has no record of this id, or none with these values.',
    wrong: 'A record is asked for that somebody has deleted.',
    right: 'Look for it: membrane data list KEY, or search and match where the collection has them.',
  },
  'record/no-model': {
    means:
      'A universal data model is asked for, and the connector maps none of its collections to it in udm.yml.',
    wrong: 'The data source "people" says "udm: contacts", and the connector has no udm.yml.',
    right: 'Map a collection in udm.yml of the connector, or name a collection for this integration.',
  },
} satisfies Record<string, Explanation>;
