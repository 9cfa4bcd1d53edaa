import { isObject } from '../core/json.js';
import { locateType } from '../core/type-locate.js';
import { unknown } from '../core/type.js';
import { defineFormula } from './formula.js';
import { after } from './node.js';

export const recordFormula = defineFormula({
  name: '$record',
  summary: 'A data record that was picked, as a reference: its id.',
  schema: { type: ['object', 'null'] },
  examples: [
    {
      title: 'a record with its name, for people to read',
      formula: { $record: { id: 'u-1', name: 'Ada Lovelace' } },
      variables: {},
      result: 'u-1',
    },
  ],
  compile(argument, scope) {
    return after(scope.compile(argument), (record) =>
      isObject(record) && Object.hasOwn(record, 'id') ? record['id'] : undefined,
    );
  },
  type(argument, scope) {
    const record = scope.typeOf(argument);
    const { type, deadEnd } = locateType(scope.types, record.schema, ['id']);
    return deadEnd === undefined ? { ...type, optional: type.optional || record.optional } : unknown;
  },
});
