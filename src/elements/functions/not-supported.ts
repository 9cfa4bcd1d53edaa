import { MembraneError } from '../../core/error.js';
import type { FunctionType } from '../../core/function.js';
import { object } from '../schema-parts.js';
import { typeField } from './type-field.js';

export const notSupported: FunctionType = {
  name: 'not-supported',
  files: [],
  content: undefined,
  summary: 'Says that the API cannot do this.',
  schema: object('Not supported.', { type: typeField('not-supported') }, ['type']),
  places: () => [],
  run: () =>
    Promise.reject(
      new MembraneError('run/unsupported', 'the connector says that its API does not support this'),
    ),
};
