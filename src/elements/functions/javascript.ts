import type { FunctionType } from '../../core/function.js';
import { object, text } from '../schema-parts.js';
import { typeField } from './type-field.js';

export const javascript: FunctionType = {
  name: 'javascript',
  files: ['.js', '.ts'],
  content: 'code',
  summary: 'Code that runs in a sandbox; its default export gets the arguments as one object.',
  schema: object(
    'Code.',
    {
      type: typeField('javascript'),
      code: text('A module whose default export is the function; it may be async.'),
    },
    ['type', 'code'],
  ),
  places: (value) => (typeof value['code'] === 'string' ? [{ at: ['code'], holds: 'code' }] : []),
  run: (ctx) => ctx.runCode(['code']),
};
