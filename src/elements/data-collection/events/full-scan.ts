import { list, text } from '../../schema-parts.js';
import type { EventMethod } from '../event-method.js';

export const fullScan: EventMethod = {
  name: 'full-scan',
  summary: 'All records are read and compared with what was there before; the default.',
  functions: {},
  fields: { ignoredFields: list(text('Name of a field.'), 'Fields whose changes do not count.') },
};
