import { functionField } from '../../functions/function-field.js';
import type { EventMethod } from '../event-method.js';

export const pullLatestRecords: EventMethod = {
  name: 'pull-latest-records',
  summary: 'The newest records are asked for again and again.',
  functions: { pullLatestRecords: 'pull-latest-records' },
  fields: {
    pullLatestRecords: functionField('Gives the records, newest first, and the cursor of the next page.'),
  },
};
