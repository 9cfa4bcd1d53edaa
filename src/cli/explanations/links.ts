import type { Explanation } from './explanation.js';

export const linkExplanations = {
  'link/invalid': {
    means:
      'A data link joins the id of a record of your app with the id of a record of an external app, in a table. One of them is missing, is no text or whole number, or the direction is unknown. Numbers that are too large to be exact are refused: they would be the id of another record.',
    wrong: 'A line of a file for "membrane link import" has no "externalRecordId".',
    right: 'Give both ids as texts, and "import", "export" or "both" as the direction.',
  },
  'link/not-found': {
    means: 'The record is linked to nothing in this table, for this connection.',
    wrong: 'You look with --app for an id that the external app has given.',
    right: 'See what is linked with "membrane link list TABLE"; ids of the external app go with --external.',
  },
} satisfies Record<string, Explanation>;
